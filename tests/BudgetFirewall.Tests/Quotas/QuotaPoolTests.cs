using System.Globalization;

namespace BudgetFirewall.Tests;

/// <summary>The values of pools, and what is refused.</summary>
public sealed class QuotaPoolTests
{
    private static readonly QuotaPool Pool = new()
    {
        Id = "p",
        Limit = 100m,
        Strategy = QuotaStrategy.Reserved,
        Members = [new() { Scope = BudgetScope.Project("b"), Minimum = 10m, Maximum = 50m }, new() { Scope = BudgetScope.Project("a") }],
    };

    [Fact]
    public void Pools_compare_by_content()
    {
        (Pool with { Members = [.. Pool.Members.Reverse()] }).Should().Be(Pool);
        foreach (var other in new[]
        {
            Pool with { Id = "q" }, Pool with { Limit = 1m }, Pool with { Unit = "request" }, Pool with { Period = BudgetPeriod.Day }, Pool with { TimeZone = "Europe/Berlin" },
            Pool with { Strategy = QuotaStrategy.Dynamic }, Pool with { Dynamics = new() { Floor = 0.5m } }, Pool with { Members = [Pool.Members[0]] },
            Pool with { Rollover = new() }, Pool with { Rollover = new() { Cap = 5m } }, Pool with { WarnAt = [] }, Pool with { Enforcement = Enforcement.Soft },
            Pool with { Providers = ["openai"] }, Pool with { Models = ["gpt"] }, Pool with { Operations = ["chat"] },
        })
            other.Should().NotBe(Pool);
    }

    [Fact]
    public void Members_are_copied_and_kept_in_the_order_of_their_scopes()
    {
        var members = Pool.Members.Reverse().ToList();
        var pool = Pool with { Members = members };
        members.Clear();

        pool.Members.Select(member => member.Scope.Id).Should().Equal("a", "b");
    }

    [Fact]
    public void Global_and_every_id_of_a_kind_are_no_members()
    {
        FluentActions.Invoking(() => new QuotaMember { Scope = BudgetScope.Global }).Should().ThrowExactly<ArgumentException>().WithMessage("*the pool would be inside itself*");
        FluentActions.Invoking(() => new QuotaMember { Scope = BudgetScope.Each("user") }).Should().ThrowExactly<ArgumentException>().WithMessage("*one scope, not 'each:user'*");
        FluentActions.Invoking(() => new QuotaMember { Scope = default }).Should().ThrowExactly<ArgumentException>();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1000000.000001")]
    [InlineData("0.0000001")]
    public void Weights_that_are_out_of_range_or_too_fine_are_refused_by_name(string weight) =>
        FluentActions.Invoking(() => Pool.Members[0] with { Weight = decimal.Parse(weight, CultureInfo.InvariantCulture) })
            .Should().ThrowExactly<ArgumentOutOfRangeException>().WithMessage("Weight must be above 0*").WithParameterName("Weight");

    [Theory]
    [InlineData("0", false)]
    [InlineData("0.000001", true)]
    [InlineData("1", true)]
    [InlineData("1.000001", false)]
    [InlineData("-0.1", false)]
    [InlineData("0.0000001", false)]
    public void Parts_are_above_0_up_to_1_in_millionths_and_floors_and_what_is_rolled_over_may_be_0(string text, bool isPart)
    {
        var value = decimal.Parse(text, CultureInfo.InvariantCulture);
        foreach (var (make, name, isZeroAllowed) in new (Action Make, string Name, bool IsZeroAllowed)[]
        {
            (() => _ = new QuotaDynamics { Floor = value }, "Floor", true),
            (() => _ = new QuotaDynamics { Ceiling = value }, "Ceiling", false),
            (() => _ = new QuotaDynamics { Smoothing = value }, "Smoothing", false),
            (() => _ = new QuotaRollover { Fraction = value }, "Fraction", true),
        })
        {
            if (isPart || (value == 0 && isZeroAllowed))
                make.Should().NotThrow();
            else
                make.Should().ThrowExactly<ArgumentOutOfRangeException>().WithMessage($"{name} must be {(isZeroAllowed ? "from 0" : "above 0")} up to 1 in steps of 0.000001*").WithParameterName(name);
        }
    }

    [Fact]
    public void Ten_thousand_members_are_the_most()
    {
        var members = Enumerable.Range(0, QuotaPool.MaxMembers + 1).Select(i => new QuotaMember { Scope = BudgetScope.User(i.ToString(CultureInfo.InvariantCulture)) }).ToArray();

        (Pool with { Members = members[1..] }).Members.Should().HaveCount(10_000);
        FluentActions.Invoking(() => Pool with { Members = members }).Should().ThrowExactly<ArgumentException>().WithMessage("Members must be 1 to 10,000, and not 10,001.*");
    }

    [Fact]
    public void Members_that_are_missing_or_twice_there_are_refused_by_name()
    {
        FluentActions.Invoking(() => Pool with { Members = null! }).Should().ThrowExactly<ArgumentNullException>().WithParameterName("Members");
        FluentActions.Invoking(() => Pool with { Members = [] }).Should().ThrowExactly<ArgumentException>().WithMessage("Members must be 1 to 10,000, and not 0.*");
        FluentActions.Invoking(() => Pool with { Members = [.. Pool.Members, Pool.Members[0]] }).Should().ThrowExactly<ArgumentException>().WithMessage("Members[2] has the scope 'project=a'*");
        FluentActions.Invoking(() => Pool with { Members = [null!] }).Should().ThrowExactly<ArgumentException>().WithMessage("Members[0] is null.*");
    }

    [Fact]
    public void Periods_that_do_not_come_again_are_refused()
    {
        FluentActions.Invoking(() => Pool with { Period = BudgetPeriod.None }).Should().ThrowExactly<ArgumentException>().WithMessage("Period must come again*'none'*");
        FluentActions.Invoking(() => Pool with { Period = null! }).Should().ThrowExactly<ArgumentNullException>().WithParameterName("Period");
        FluentActions.Invoking(() => Pool with { Strategy = (QuotaStrategy)9 }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithMessage("Strategy must be one of FairShare, Priority, Reserved, Dynamic.*");
        FluentActions.Invoking(() => Pool with { Enforcement = (Enforcement)9 }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithMessage("Enforcement must be one of *Throttle*").WithParameterName("Enforcement");
        FluentActions.Invoking(() => Pool with { Enforcement = Enforcement.Throttle }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("Enforcement");
    }

    [Fact]
    public void Minima_above_the_pool_or_their_maximum_are_refused_with_the_values()
    {
        QuotaDivision.Of(Pool with { Limit = 10m }, 10m).Allocations.Select(share => share.Amount).Should().Equal(0m, 10m);
        Divided(Pool with { Limit = 9m }).Should().ThrowExactly<ArgumentException>().WithMessage("Members have minima of 10 together; the pool 'p' has 9.*");
        Divided(Pool with { Members = [Pool.Members[1] with { Minimum = 51m }] }).Should().ThrowExactly<ArgumentException>().WithMessage("*project=b*Maximum must be at least the Minimum, 51, and not 50*");
    }

    [Fact]
    public void Values_of_another_strategy_are_refused()
    {
        Divided(Pool with { Strategy = QuotaStrategy.FairShare }).Should().ThrowExactly<ArgumentException>().WithMessage("*project=b*Minimum is 10*FairShare has no minima*");
        Divided(Pool with { Members = [Pool.Members[0] with { Priority = 2 }] }).Should().ThrowExactly<ArgumentException>().WithMessage("*Priority is 2*Reserved has no priorities*");
    }

    [Fact]
    public void Amounts_finer_than_what_is_divided_are_refused_by_name()
    {
        Divided(Pool with { Limit = 1.0000000001m }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("Limit");
        Divided(Pool with { Limit = 10.5m, Unit = "request", Members = [Pool.Members[0]] }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithMessage("Limit must be whole*");
        Divided(Pool with { Unit = "request", Members = [Pool.Members[1] with { Minimum = 0.5m }] }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithMessage("*Minimum must be whole*");
        Divided(Pool with { Unit = "request", Members = [Pool.Members[1] with { Maximum = 50.5m }] }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("Members[project=b].Maximum");
        Divided(Pool with { Rollover = new() { Cap = 9_000_000_001m } }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("Rollover.Cap");
    }

    private static Action Divided(QuotaPool pool) => () => QuotaDivision.Of(pool, 0m);
}
