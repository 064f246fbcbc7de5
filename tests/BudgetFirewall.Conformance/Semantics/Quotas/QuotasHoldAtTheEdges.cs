using System.Text;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>Pools where something else happens at the same time, periods end on the way, numbers are as large as they may be, and what the store keeps is not what was written.</summary>
public abstract class QuotasHoldAtTheEdges<THarness> : PooledTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public async Task A_pool_that_shrinks_gives_others_only_what_is_not_spent_yet()
    {
        var processes = Processes(2);
        await processes[0].Quotas.AllocateAsync(Pool(100m, "a", "b"));
        await processes[1].SpendAsync(Of("a", 45m));
        await using var held = await processes[1].ReserveAsync(Of("a", 5m));

        Amounts(await processes[0].Quotas.UpdateAsync(Pool(60m, "a", "b"))).Should().Equal(50m, 10m);

        (await processes[1].TrySpendAsync(Of("a", Nano))).IsAllowed.Should().BeFalse();
        (await processes[1].TrySpendAsync(Of("b", 10m + Nano))).IsAllowed.Should().BeFalse();
        (await processes[1].TrySpendAsync(Of("b", 1m))).IsAllowed.Should().BeTrue();

        Amounts(await processes[0].Quotas.UpdateAsync(Pool(20m, "a", "b"))).Sum().Should().BeLessThanOrEqualTo(20m);

        foreach (var team in new[] { "a", "b" })
            (await processes[1].TrySpendAsync(Of(team, Nano))).IsAllowed.Should().BeFalse();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(8)]
    [InlineData(10)]
    [InlineData(12)]
    public async Task A_pool_whose_shrinking_ends_at_any_call_to_the_store_is_made_smaller_by_another_process(int calls)
    {
        await Firewall().Quotas.AllocateAsync(Pool(100m, "a", "b", "c"));
        await Firewall().SpendAsync(Of("a", 33m));
        var (dying, chaos) = Harness.CreateFragileFirewall(_ => { });
        var left = calls;
        chaos.Strike(_ => left-- switch { > 0 => null, 0 => StoreFault.AnswerLost, _ => StoreFault.NotReached });

        await TryAsync(async () => await dying.Quotas.UpdateAsync(Pool(60m, "a", "b", "c")));

        var other = Firewall();
        Amounts(await other.Quotas.UpdateAsync(Pool(60m, "a", "b", "c"))).Should().Equal(33m, 13.5m, 13.5m);
        (await other.Budgets.ListAsync()).Select(budget => budget.Limit).Should().Equal(33m, 13.5m, 13.5m);
    }

    [Fact]
    public async Task Units_that_are_free_while_others_keep_theirs_are_divided_as_whole_ones()
    {
        var firewall = Firewall();
        QuotaMember Member(string team, decimal weight) => new() { Scope = Team(team), Weight = weight };
        await firewall.Quotas.AllocateAsync(Pool(40m, "a", "b", "c", "d") with { Unit = Record });
        await firewall.SpendAsync(Of("a", 0m) with { Usage = Records(8m) });

        var state = await firewall.Quotas.UpdateAsync(Pool(40m, "a", "b", "c", "d") with { Unit = Record, Members = [Member("a", 1m), Member("b", 1m), Member("c", 3m), Member("d", 3m)] });

        Amounts(state).Should().Equal(8m, 5m, 14m, 13m);
    }

    [Theory]
    [InlineData(1, 100, 20)]
    [InlineData(0.5, null, 15)]
    public async Task What_was_rolled_over_is_for_one_period_and_does_not_add_up(double fraction, int? cap, int remaining)
    {
        var firewall = Firewall();
        await firewall.Quotas.AllocateAsync(Pool(20m, "a", "b") with { Rollover = new() { Fraction = (decimal)fraction, Cap = cap } });

        for (var day = 0; day < 4; day++)
        {
            await MoveToNextDayAsync();
            await firewall.Quotas.GetAsync(PoolId);
        }

        (await RemainingAsync(firewall, "a")).Should().Be(remaining);
        (await RemainingAsync(firewall, "b")).Should().Be(remaining);
    }

    [Fact]
    public async Task A_division_that_a_period_ends_in_the_midst_of_rolls_over_no_more_than_was_left()
    {
        for (var calls = 0; calls < 12; calls++)
        {
            await Harness.StartOverAsync();
            var pool = Pool(100m, "a", "b") with { Rollover = new() };
            await Firewall().Quotas.AllocateAsync(pool);
            await MoveToNextDayAsync();
            await Firewall().Quotas.GetAsync(PoolId);
            await Firewall().SpendAsync(Of("a", 50m));
            var (dying, chaos) = Harness.CreateFragileFirewall(_ => { });
            var left = calls;
            chaos.Strike(_ => left-- switch { > 0 => null, 0 => StoreFault.AnswerLost, _ => StoreFault.NotReached });
            await TryAsync(async () => await dying.Quotas.UpdateAsync(pool with { Members = [new() { Scope = Team("a"), Weight = 3m }, new() { Scope = Team("b"), Weight = 7m }] }));
            await MoveToNextDayAsync();

            var state = await Firewall().Quotas.GetAsync(PoolId);

            state!.RolledOver.Sum(share => share.Amount).Should().BeLessThanOrEqualTo(50m, "{0} calls were made", calls);
            Amounts(state).Sum().Should().Be(100m);
        }
    }

    [Fact]
    public async Task A_pool_that_is_made_again_with_another_period_has_a_history_of_its_own()
    {
        var firewall = Firewall();
        await Harness.MoveToAsync(Calendar.NextMonthAfter(Harness.Now, 31) + TimeSpan.FromMinutes(1));
        var month = new DateTimeOffset(Harness.Now.UtcDateTime.Date, TimeSpan.Zero);
        await firewall.Quotas.AllocateAsync(Pool(30m, "a"));
        await MoveToNextDayAsync();
        await firewall.Quotas.GetAsync(PoolId);
        await firewall.Quotas.DeleteAsync(PoolId);

        await firewall.Quotas.AllocateAsync(Pool(50m, "a", "b") with { Period = BudgetPeriod.Month });
        await Harness.MoveToAsync(month.AddMonths(1) + TimeSpan.FromMinutes(1));
        await firewall.Quotas.GetAsync(PoolId);

        var ended = (await firewall.Quotas.GetHistoryAsync(PoolId))!.Should().ContainSingle().Subject;
        ended.Period.Should().Be(new PeriodWindow(month.UtcDateTime, month.AddMonths(1).UtcDateTime));
        (ended.Limit, ended.Members.Count).Should().Be((50m, 2));
    }

    [Fact]
    public async Task Charges_beyond_what_any_pool_may_be_stop_neither_its_division_nor_its_renewal()
    {
        var firewall = Firewall();
        var pool = Pool(9_000_000_000_000m, "a", "b") with { Unit = Record, Strategy = QuotaStrategy.Dynamic, Rollover = new() };
        await firewall.Quotas.AllocateAsync(pool);
        await firewall.ChargeAsync(Of("a", 0m) with { Usage = Records(9_000_000_000_000m) });
        await firewall.ChargeAsync(Of("a", 0m) with { Usage = Records(223_372_036_854.7m) });

        Amounts(await firewall.Quotas.UpdateAsync(pool with { Limit = 1_000_000_000_000m })).Sum().Should().BeLessThanOrEqualTo(1_000_000_000_000m);
        await MoveToNextDayAsync();

        Amounts(await firewall.Quotas.GetAsync(PoolId)).Sum().Should().Be(1_000_000_000_000m);
    }

    [Fact]
    public async Task A_budget_that_is_set_while_a_pool_is_on_its_way_is_not_counted_twice_and_the_pool_is_refused()
    {
        MeddlingStore? store = null;
        var firewall = Harness.CreateFirewallOn(inner => store = new(inner), _ => { });
        var other = Firewall();
        store!.BeforeDocumentWrite = async () => await other.Budgets.SetAsync(Limit(Team("a"), 5m));

        await FluentActions.Awaiting(async () => await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b"))).Should().ThrowExactlyAsync<ArgumentException>().WithMessage("*project=a*'teams'*project=a/day*");

        (await other.Budgets.ListAsync()).Should().ContainSingle().Which.Limit.Should().Be(5m);
        (await other.Quotas.GetAsync(PoolId)).Should().BeNull();
        (await other.SpendAsync(Of("a", 2m))).Budgets.Should().ContainSingle().Which.Spent.Should().Be(2m);
    }

    [Fact]
    public async Task Who_is_late_with_deleting_a_pool_does_not_remove_the_budgets_of_one_that_was_made_since()
    {
        MeddlingStore? store = null;
        var late = Harness.CreateFirewallOn(inner => store = new(inner), _ => { });
        var other = Firewall();
        await late.Quotas.AllocateAsync(Pool(30m, "a", "b"));
        store!.BeforeRemoval = async () =>
        {
            await other.Quotas.DeleteAsync(PoolId);
            await other.Quotas.AllocateAsync(Pool(20m, "a", "b"));
        };

        await late.Quotas.DeleteAsync(PoolId);

        Amounts(await other.Quotas.GetAsync(PoolId)).Should().Equal(10m, 10m);
        (await other.Budgets.ListAsync()).Select(budget => budget.Limit).Should().Equal(10m, 10m);
        (await late.TrySpendAsync(Of("a", 10m + Nano))).IsAllowed.Should().BeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("not JSON")]
    [InlineData("""{"Definition":null}""")]
    [InlineData("""{"Definition":{"Id":"teams","Limit":30,"Period":"fortnight","TimeZone":"UTC","Ceiling":1,"Smoothing":1,"Members":[{"s":"project=a"}]}}""")]
    [InlineData("""{"Definition":{"Id":"teams","Limit":30,"Period":"day","TimeZone":"UTC","Ceiling":1,"Smoothing":1,"Members":[null]}}""")]
    [InlineData("""{"Definition":{"Id":"teams","Limit":30,"Period":"day","TimeZone":"UTC","Ceiling":1,"Smoothing":1,"Members":[{"s":"project=a"}]},"Amounts":[1,2]}""")]
    public async Task What_cannot_be_a_pool_is_the_stores_error_and_not_the_callers(string content)
    {
        IBudgetStore? store = null;
        var firewall = Harness.CreateFirewallOn(inner => store = inner, _ => { });
        await store!.WriteDocumentAsync(null, "pool:teams", "", Encoding.UTF8.GetBytes(content), null);

        await FluentActions.Awaiting(async () => await firewall.Quotas.GetAsync(PoolId)).Should().ThrowExactlyAsync<BudgetStoreException>().WithMessage("*pool 'teams' cannot be read*");
        await FluentActions.Awaiting(async () => await firewall.Quotas.AllocateAsync(Pool(30m, "a"))).Should().ThrowExactlyAsync<BudgetStoreException>();
    }

    [Fact]
    public async Task The_document_of_another_pool_is_not_taken_for_ones_own()
    {
        IBudgetStore? store = null;
        var firewall = Harness.CreateFirewallOn(inner => store = inner, _ => { });
        await firewall.Quotas.AllocateAsync(Pool(30m, "a") with { Id = "other" });
        var document = await store!.ReadDocumentAsync(null, "pool:other", null);
        await store.WriteDocumentAsync(null, "pool:teams", "", document!.Content, null);

        await FluentActions.Awaiting(async () => await firewall.Quotas.GetAsync(PoolId)).Should().ThrowExactlyAsync<BudgetStoreException>().WithMessage("*not that of this pool*");
    }
}
