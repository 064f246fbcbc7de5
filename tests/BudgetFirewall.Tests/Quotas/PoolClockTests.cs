using BudgetFirewall.Conformance;

namespace BudgetFirewall.Tests;

/// <summary>What happens to pools in the background: when they are looked at, and that it is no more often than is of use.</summary>
public sealed class PoolClockTests : PooledTests<MemoryHarness>
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task A_pool_that_cannot_be_renewed_is_not_tried_again_at_every_decision()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(_ => { });
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b"));
        var tries = 0;
        chaos.Strike(call =>
        {
            if (call != StoreCalls.Document)
                return null;
            Interlocked.Increment(ref tries);
            return StoreFault.NotReached;
        });
        await MoveToNextDayAsync();

        (await Eventually.HoldsAsync(async () =>
        {
            await firewall.TryCheckAsync(Of("a", 1m));
            return Volatile.Read(ref tries) > 0;
        })).Should().BeTrue();
        // Each decision would be followed by a try, if it were the decisions that asked for it.
        for (var i = 0; i < 200; i++)
        {
            await firewall.TryCheckAsync(Of("a", 1m));
            await Task.Yield();
        }
        Volatile.Read(ref tries).Should().BeLessThanOrEqualTo(3);

        chaos.Heal();
        (await Eventually.HoldsAsync(async () =>
        {
            await Harness.PassAsync(TimeSpan.FromSeconds(6));
            return (await Firewall().Quotas.GetHistoryAsync(PoolId))!.Count == 1;
        })).Should().BeTrue();
    }

    [Fact]
    public async Task A_member_that_is_refused_again_and_again_does_not_try_a_failing_pool_each_time()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(_ => { });
        await firewall.Quotas.AllocateAsync(Reserved(30m, minimum: 5m, "a", "b"));
        await LookedAtAsync(chaos);
        await firewall.SpendAsync(Of("a", 15m));
        (await Eventually.HoldsAsync(async () => (await firewall.TrySpendAsync(Of("a", 1m))).IsAllowed)).Should().BeTrue("members are known to borrow");
        await Harness.PassAsync(TimeSpan.FromSeconds(11));
        var tries = 0;
        chaos.Strike(call =>
        {
            if (call != StoreCalls.Document)
                return null;
            Interlocked.Increment(ref tries);
            return StoreFault.NotReached;
        });

        (await Eventually.HoldsAsync(async () =>
        {
            await firewall.TrySpendAsync(Of("a", 26m));
            return Volatile.Read(ref tries) > 0;
        })).Should().BeTrue();
        for (var i = 0; i < 200; i++)
        {
            await firewall.TrySpendAsync(Of("a", 26m));
            await Task.Yield();
        }

        Volatile.Read(ref tries).Should().BeLessThanOrEqualTo(3);
    }

    [Fact]
    public async Task A_pool_that_is_made_again_with_a_shorter_period_is_renewed_at_its_end()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(_ => { });
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b") with { Period = BudgetPeriod.Month });
        await LookedAtAsync(chaos);
        await firewall.Quotas.DeleteAsync(PoolId);
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b") with { Period = BudgetPeriod.Hour });
        await Harness.PassAsync(FirstLook);

        var end = Calendar.NextHour(Harness.Now);
        await Harness.MoveToAsync(end + TimeSpan.FromSeconds(1));

        // Asking for the pool would renew it.
        var record = FormattableString.Invariant($"pool-period:{end.AddHours(-1).UtcTicks}-{end.UtcTicks}:{PoolId}");
        (await Eventually.HoldsAsync(async () =>
        {
            await firewall.TryCheckAsync(Of("a", 1m));
            return await Harness.Store.ReadDocumentAsync(null, record, null) is not null;
        })).Should().BeTrue();
    }

    [Fact]
    public async Task A_pool_that_is_changed_to_one_whose_members_borrow_lets_them_borrow_in_the_same_period()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(_ => { });
        await firewall.Quotas.AllocateAsync(Pool(30m, "a", "b"));
        await LookedAtAsync(chaos);
        await Firewall().Quotas.UpdateAsync(Reserved(30m, minimum: 5m, "a", "b"));
        await firewall.SpendAsync(Of("a", 15m));

        (await Eventually.HoldsAsync(async () =>
        {
            await Harness.PassAsync(TimeSpan.FromSeconds(11));
            return (await firewall.TrySpendAsync(Of("a", 1m))).IsAllowed;
        })).Should().BeTrue();
    }

    [Fact]
    public async Task The_history_of_a_pool_that_nobody_renewed_for_long_is_read_without_looking_for_every_period()
    {
        var (firewall, chaos) = Harness.CreateFragileFirewall(_ => { });
        await firewall.Quotas.AllocateAsync(Pool(30m, "a") with { Period = BudgetPeriod.Every(TimeSpan.FromMinutes(1)) });
        await Harness.AdvanceAsync(TimeSpan.FromMinutes(3));
        await firewall.Quotas.GetAsync(PoolId);
        await Harness.AdvanceAsync(TimeSpan.FromDays(30));
        await firewall.Quotas.GetAsync(PoolId);

        var before = chaos.Calls;
        var whole = (await firewall.Quotas.GetHistoryAsync(PoolId))!;
        var calls = chaos.Calls - before;

        whole.Should().HaveCount(15, "three were recorded one by one, and twelve after a month");
        calls.Should().BeLessThan(40);
        var paged = new List<QuotaPeriod>();
        while ((await firewall.Quotas.GetHistoryAsync(PoolId, 1, paged.LastOrDefault()?.Period.Start))! is [var next])
            paged.Add(next);
        paged.Select(period => period.Period).Should().Equal(whole.Select(period => period.Period));
    }

    [Fact]
    public void No_two_members_have_a_budget_of_the_same_id()
    {
        var state = new QuotaState { Pool = Pool(1m, "a"), Period = default, Allocations = [], RolledOver = [], Undivided = 0m };
        var shortened = state.BudgetIdOf(BudgetScope.Project(new string('x', 250)));
        var prefix = state.BudgetIdOf(BudgetScope.Project("?"))[..^1];

        shortened.Should().StartWith(prefix);
        state.BudgetIdOf(BudgetScope.Project(shortened[prefix.Length..])).Should().NotBe(shortened);
        state.BudgetIdOf(BudgetScope.Project("b:c")).Should().NotBe(new QuotaState { Pool = Pool(1m, "a") with { Id = PoolId + ":b" }, Period = default, Allocations = [], RolledOver = [], Undivided = 0m }.BudgetIdOf(BudgetScope.Project("c")));
    }

    /// <summary>Lets the first look at a pool, soon after it was heard of, come and go.</summary>
    private async Task LookedAtAsync(ChaosBudgetStore chaos)
    {
        var before = chaos.Calls;
        await Harness.PassAsync(FirstLook);
        (await Eventually.HoldsAsync(() => chaos.Calls >= before + 2)).Should().BeTrue();
    }
}
