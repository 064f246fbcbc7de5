using BudgetFirewall.Conformance;

namespace BudgetFirewall.Tests;

/// <summary>P1 and P2 in memory, where steps that come and go meet at counters that come and go with them.</summary>
public sealed class MemoryContentionTests : StoreTests<MemoryHarness>
{
    private const int Threads = 8;

    [Fact]
    public async Task Counters_that_denials_make_and_drop_never_let_the_limit_of_a_new_user_be_passed()
    {
        const int Users = 2_000;
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(Limit(BudgetScope.Each("user"), 1m));
            options.RateLimits.Add(Rate(BudgetScope.Each("user"), capacity: 10));
        });

        // All threads call for the same user at about the same time, half of them for too much.
        var granted = await Together.DoAsync(Users * Threads, Threads, async i =>
            (await firewall.TryReserveAsync(Call(i % 2 == 0 ? 1m : 2m, $"user-{i / Threads}"))).IsGranted);

        for (var user = 0; user < Users; user++)
        {
            granted.Skip(user * Threads).Take(Threads).Should().ContainSingle(isGranted => isGranted);
            await firewall.AssertStandsAtAsync(BudgetScope.User($"user-{user}"), spent: 0, held: 1m);
        }
        (Harness.Store.CountEntries().Counters, Harness.Store.CountEntries().RateLimiters).Should().Be(((long, long))(Users, Users));
    }

    [Fact]
    public async Task A_check_shows_counters_as_they_stood_together_at_one_moment()
    {
        var firewall = Firewall(Limit(BudgetScope.Global, 9_000m), Limit(BudgetScope.Provider("finnhub"), 9_000m), AliceLimit(9_000m));

        await Together.DoAsync(40_000, Threads, async i =>
        {
            if (i % Threads < Threads / 2)
            {
                await firewall.SpendAsync(Call(0.01m));
                return;
            }
            var decision = await firewall.CheckAsync(Call(0.01m));
            decision.Budgets.Count.Should().Be(3);
            decision.Budgets.Select(state => state.Spent).Distinct().Should().ContainSingle();
        });

        await firewall.AssertStandsAtAsync(BudgetScope.Global, spent: 200m);
    }

    [Fact]
    public async Task A_check_sees_what_was_spent_while_the_tables_around_it_grow()
    {
        const int Full = 512;
        for (var round = 0; round < 20; round++)
        {
            var firewall = Firewall(Limit(BudgetScope.Each("user"), 1m));
            for (var i = 0; i < Full; i++)
                await firewall.SpendAsync(Call(1m, $"full-{i}"));

            // Each new user may make a table move all of its counters.
            var allowed = await Together.DoAsync(20_000, Threads, async i => i % 2 == 0
                ? (await firewall.TrySpendAsync(Call(1m, $"new-{round}-{i}"))).IsAllowed
                : (await firewall.TryCheckAsync(Call(1m, $"full-{i % Full}"))).IsAllowed);

            allowed.Where((_, i) => i % 2 == 0).Should().AllBeEquivalentTo(true);
            allowed.Where((_, i) => i % 2 == 1).Should().AllBeEquivalentTo(false);
            await Harness.StartOverAsync();
        }
    }

    [Fact]
    public async Task Commits_that_settle_one_bucket_at_once_lose_nothing()
    {
        const int Calls = 40_000;
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(Limit(BudgetScope.Each("user"), 9_000m));
            options.RateLimits.Add(Rate(BudgetScope.Global, capacity: 10 * Calls, unit: Record));
        });

        await Together.DoAsync(Calls, Threads, async i =>
        {
            var reservation = await firewall.ReserveAsync(Call(0.1m, $"user-{i % Threads}") with { Usage = Records(3) });
            await reservation.CommitAsync(Records(i % 2 == 0 ? 1 : 7));
        });

        (await firewall.LevelAsync(BudgetScope.Global)).Should().Be(10m * Calls - 4m * Calls);
    }

    [Fact]
    public async Task Opposite_moves_over_shared_and_own_counters_end_in_exact_balances_while_time_ends_periods_and_holds()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.AddRange([Limit(BudgetScope.Global, 9_000_000m, BudgetPeriod.None), Limit(BudgetScope.Each("user"), 5m, BudgetPeriod.Hour)]);
            options.RateLimits.Add(Rate(BudgetScope.Each("user"), capacity: 1_000, refillPerSecond: 1_000));
            // A thread may have to wait while the others move the clock by hours.
            options.OperationIdRetention = TimeSpan.FromDays(1);
        });

        var charged = await Together.DoAsync(40_000, Threads, async i =>
        {
            if (i % 1_000 == 0)
                await Harness.AdvanceAsync(TimeSpan.FromMinutes(7));
            await using var reservation = await firewall.TryReserveAsync(Call(0.25m, $"user-{i % 13}") with { Lease = TimeSpan.FromMinutes(1 + (i % 90)) });
            return reservation.IsGranted && i % 3 > 0 ? (await reservation.CommitAsync(0.01m * (i % 25))).Cost : 0m;
        });

        await Harness.AdvanceAsync(TimeSpan.FromHours(3));
        await firewall.AssertStandsAtAsync(BudgetScope.Global, spent: charged.Sum());
    }
}
