using BudgetFirewall.Storage;
using BudgetFirewall.Tests.Configuration;

namespace BudgetFirewall.Tests;

/// <summary>The values of limits that follow from use, and what is refused.</summary>
public sealed class LimitFromUsageTests
{
    private static readonly LimitFromUsage Rule = new() { Periods = 14, Percentile = 0.95m, Factor = 1.5m, Floor = 1m, Ceiling = 50m };

    private static readonly Budget EachUser = new() { Scope = BudgetScope.Each("user"), Limit = 10m, LimitFromUsage = Rule };

    [Fact]
    public void Rules_compare_by_content_and_tell_budgets_apart()
    {
        (Rule with { }).Should().Be(Rule);
        (EachUser with { LimitFromUsage = Rule with { } }).Should().Be(EachUser);
        foreach (var other in new[] { Rule with { Periods = 13 }, Rule with { Percentile = 1m }, Rule with { Factor = 2m }, Rule with { Floor = 0m }, Rule with { Ceiling = 51m } })
            (EachUser with { LimitFromUsage = other }).Should().NotBe(EachUser);
        EachUser.Id.Should().Be("each:user/day");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(91)]
    public void Numbers_of_periods_that_are_out_of_range_are_refused_by_name(int periods) =>
        FluentActions.Invoking(() => Rule with { Periods = periods }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithMessage($"Periods must be from 1 to 90.*{periods}*").WithParameterName("Periods");

    [Theory]
    [InlineData("0")]
    [InlineData("-0.5")]
    [InlineData("1.000001")]
    [InlineData("0.9500001")]
    [InlineData("0.9500000000000000000000000001")]
    [InlineData("95")]
    public void Percentiles_that_are_out_of_range_or_too_fine_are_refused_by_name(string percentile) =>
        FluentActions.Invoking(() => Rule with { Percentile = Parse(percentile) }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithMessage($"Percentile must be above 0 up to 1*{percentile}*").WithParameterName("Percentile");

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1000.000001")]
    [InlineData("1.0000001")]
    public void Factors_that_are_out_of_range_or_too_fine_are_refused_by_name(string factor) =>
        FluentActions.Invoking(() => Rule with { Factor = Parse(factor) }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithMessage($"Factor must be above 0*{factor}*").WithParameterName("Factor");

    [Fact]
    public void Amounts_that_are_out_of_range_are_refused_by_name()
    {
        FluentActions.Invoking(() => Rule with { Floor = -1m }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("Floor");
        FluentActions.Invoking(() => Rule with { Ceiling = 9_000_000_000_001m }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("Ceiling");
    }

    [Fact]
    public void What_does_not_fit_the_budget_is_an_error_at_the_start_that_names_it_and_its_value()
    {
        Errors(EachUser with { Period = BudgetPeriod.None }).Should().Equal("Budgets:0:LimitFromUsage must be null for the period 'none', as no other comes before it");
        Errors(EachUser with { Period = BudgetPeriod.Once(new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero)) })
            .Should().ContainSingle().Which.Should().Contain("must be null for the period '2026-03-01T00:00:00Z/2026-04-01T00:00:00Z'");
        Errors(EachUser with { Schedule = [new() { Limit = 5m }] }).Should().Equal("Budgets:0:LimitFromUsage must be null where there is a Schedule; this one has the limits '5'");
        Errors(EachUser with { LimitFromUsage = Rule with { Floor = 60m } }).Should().Equal("Budgets:0:LimitFromUsage must have a Floor of at most the Ceiling, '50', and not of '60'");
        Errors(EachUser with { LimitFromUsage = Rule with { Floor = 0.0000000001m } }).Should().Equal("Budgets:0:LimitFromUsage:Floor must be a multiple of 0.000000001 but is '0.0000000001'");
        Errors(EachUser with { LimitFromUsage = Rule with { Ceiling = 9_000_000_001m } }).Should().Equal("Budgets:0:LimitFromUsage:Ceiling must be from 0 to 9,000,000,000 but is '9000000001'");
        Errors(EachUser with { Unit = "record", LimitFromUsage = Rule with { Ceiling = 50.0000001m } }).Should().Equal("Budgets:0:LimitFromUsage:Ceiling must be a multiple of 0.000001 but is '50.0000001'");
        Errors(EachUser with { Unit = "record", LimitFromUsage = Rule with { Ceiling = 9_000_000_000_000m } }).Should().BeEmpty();
    }

    [Fact]
    public async Task What_does_not_fit_the_budget_is_refused_at_run_time()
    {
        await using var firewall = new BudgetFirewallBuilder().Build();

        await FluentActions.Awaiting(async () => await firewall.Budgets.SetAsync(EachUser with { Period = BudgetPeriod.None }))
            .Should().ThrowAsync<ArgumentException>().WithMessage("*LimitFromUsage must be null for the period 'none'*");
    }

    [Fact]
    public void A_rule_is_configured_and_each_of_its_errors_has_its_path()
    {
        Configured.Options(Configured.Json("""{ "Budgets": [{ "Scope": "each:user", "Limit": 10, "LimitFromUsage": { "Periods": 14, "Percentile": 0.95, "Factor": "1.5", "Floor": 1, "Ceiling": 50 } }] }""")).Budgets
            .Should().Equal(EachUser);
        Configured.Errors("""{ "Budgets": [{ "Scope": "each:user", "Limit": 10, "LimitFromUsage": { "Periods": 0, "Percentil": 1, "Floor": 1 } }] }""").Should().Equal(
            "BudgetFirewall:Budgets:0:LimitFromUsage:Periods must be from 1 to 90 but is '0'",
            "BudgetFirewall:Budgets:0:LimitFromUsage:Ceiling is missing",
            "BudgetFirewall:Budgets:0:LimitFromUsage:Percentil is not a known key, did you mean Percentile; known here are Periods, Percentile, Factor, Floor, Ceiling");
    }

    [Fact]
    public void Rules_that_differ_in_anything_that_the_limit_follows_from_have_limits_of_their_own()
    {
        var name = new CounterRule(EachUser).FrozenLimitName;

        new CounterRule(EachUser with { Name = "Trial", WarnAt = [], Enforcement = Enforcement.Soft, Id = "own" }).FrozenLimitName.Should().Be(name);
        Budget[] others =
        [
            EachUser with { Limit = 11m }, EachUser with { Period = BudgetPeriod.Hour }, EachUser with { Unit = "record" }, EachUser with { Enforcement = Enforcement.Shadow },
            .. new[] { Rule with { Periods = 13 }, Rule with { Percentile = 1m }, Rule with { Factor = 2m }, Rule with { Floor = 0m }, Rule with { Ceiling = 51m } }.Select(rule => EachUser with { LimitFromUsage = rule }),
        ];
        others.Select(other => new CounterRule(other).FrozenLimitName).Append(name).Should().OnlyHaveUniqueItems();
        new CounterRule(EachUser with { LimitFromUsage = null }).FrozenLimitName.Should().BeEmpty();
    }

    [Fact]
    public void The_largest_numbers_do_not_overflow()
    {
        var rule = new CounterRule(EachUser with { LimitFromUsage = Rule with { Percentile = 1m, Factor = 1_000m, Ceiling = 9_000_000_000m } });

        rule.LimitAfter([long.MaxValue]).Should().Be(9_000_000_000_000_000_000);
        rule.LimitAfter([1]).Should().Be(1_000_000_000);
        rule.LimitAfter([]).Should().Be(10_000_000_000);
    }

    [Fact]
    public void Periods_before_and_after_are_those_of_the_calendar()
    {
        var rule = new CounterRule(EachUser with { Period = BudgetPeriod.Month, LimitFromUsage = Rule with { Periods = 3 } });
        var march = PeriodWindow.At(BudgetPeriod.Month, new(2026, 3, 4, 9, 0, 0, TimeSpan.Zero));

        rule.PeriodsBefore(march).Select(period => period.Start.Month).Should().Equal(2, 1, 12);
        rule.KeptUntil(march).Should().Be(new DateTime(2026, 7, 1, 0, 0, 0, DateTimeKind.Utc));
        rule.PeriodsBefore(PeriodWindow.At(BudgetPeriod.Month, new(1, 2, 1, 0, 0, 0, TimeSpan.Zero))).Should().ContainSingle();
        rule.KeptUntil(PeriodWindow.At(BudgetPeriod.Month, DateTimeOffset.MaxValue)).Should().Be(DateTime.MaxValue);
    }

    private static string[] Errors(Budget budget) => Configured.Errors(options => options.Budgets.Add(budget));

    private static decimal Parse(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
