using BudgetFirewall.Conformance;

namespace BudgetFirewall.Reliability;

/// <summary>Rows 1 to 3 and 20: nothing is broken but the clocks.</summary>
public sealed class AdmissionScenarios : Scenario
{
    [Fact]
    public Task Of_far_more_reservations_by_many_processes_exactly_the_limit_is_granted() => RunAsync(1, async () =>
    {
        var (processes, calls, limit, rounds) = (Soak.Times(2, 8), Soak.Times(2_000, 100_000), Soak.Times(1_000, 10_000), Soak.Times(1, 20));
        var server = await StartServerAsync();
        for (var round = 0; round < rounds; round++)
        {
            WorkJob Job(int number) => new() { Address = server.Address, Prefix = $"r{round}", Name = $"w{number}", Calls = calls / processes, Limit = limit, StoreTimeoutSeconds = 30 };
            await using var fleet = await Fleet.StartProcessesAsync(processes, Job);
            fleet.Go();
            var totals = await fleet.FinishAsync();

            totals.AssertNoSurprises();
            (totals.Granted, totals.Denied, totals.Unknown).Should().Be((limit, calls - limit, 0));
            (await TotalsAsync(Reader(Job(0)))).Should().Be(((decimal, decimal))(0m, limit));
        }
        return Text($"{rounds} × {calls:N0} reservations by {processes} processes × 16 callers: {limit:N0} granted and {calls - limit:N0} denied each time, held = limit");
    });

    [Fact]
    public Task A_call_that_one_of_five_budgets_denies_leaves_the_others_byte_for_byte_as_they_were() => RunAsync(2, async () =>
    {
        var calls = Soak.Times(200, 1_000);
        var server = await StartServerAsync();
        var firewall = Firewall(server.Address, options =>
        {
            foreach (var scope in new[] { BudgetScope.Global, BudgetScope.Each("user"), BudgetScope.Each("project"), BudgetScope.Each("provider"), BudgetScope.Each("tenant") })
                options.Budgets.Add(new Budget { Scope = scope, Limit = scope == BudgetScope.Each("project") ? 1m : 1_000m, Period = BudgetPeriod.Year });
            options.StoreTimeout = TimeSpan.FromSeconds(30);
        });
        var request = new BudgetRequest { Provider = "load", UserId = "alice", ProjectId = "full", Cost = 1m, Dimensions = new Dictionary<string, string> { ["tenant"] = "acme" } };
        await firewall.SpendAsync(request with { OperationId = "first" });
        await firewall.ReserveAsync(request with { ProjectId = "other", OperationId = "second", Lease = TimeSpan.FromHours(1) });
        var before = await Snapshot.TakeAsync(server);

        var outcomes = await Together.DoAsync(calls, 16, async i => i % 2 == 0
            ? (await firewall.TryReserveAsync(request)).Decision.Outcome
            : (await firewall.TrySpendAsync(request)).Outcome);

        outcomes.Should().AllSatisfy(outcome => outcome.Should().Be(DecisionOutcome.BudgetExceeded));
        await Snapshot.AssertUnchangedAsync(server, before);
        return Text($"{calls:N0} calls denied, {before.Count} keys the same in value and expiry time");
    });

    [Fact]
    public Task What_many_processes_have_spent_is_the_sum_of_their_commits_to_the_nano() => RunAsync(3, async () =>
    {
        var server = await StartServerAsync();
        var (calls, limit) = (Soak.Times(1_500, 4_000), Soak.Times(500, 10_000));
        WorkJob Job(int number) => new()
        {
            Address = server.Address, Name = $"w{number}", Kind = WorkKind.Commit, Seed = Seed + number, Calls = calls, Limit = limit, StoreTimeoutSeconds = 30,
        };
        await using var fleet = await Fleet.StartAsync(Job);
        fleet.Go();
        var totals = await fleet.FinishAsync();
        var (spent, held) = await TotalsAsync(Reader(Job(0)));

        totals.AssertNoSurprises();
        (spent, held).Should().Be((totals.Charged, 0m));
        return Text($"{totals.Granted:N0} commits of 0 to 1: spent {spent} = acknowledged, difference 0 nanos, held 0");
    });

    [Fact]
    public Task Clocks_that_are_hours_and_days_off_change_neither_what_is_granted_nor_the_keys() => RunAsync(20, async () =>
    {
        using var clock = new ServerClock();
        await using var server = await RedisServer.StartAsync(clock);
        clock.MoveTo(new DateTimeOffset(2026, 5, 6, 12, 0, 0, TimeSpan.Zero));
        int[] errorHours = [0, 1, 0, -1, 0, 24, 0, -24];
        var (calls, limit) = (Soak.Times(150, 12_500), Soak.Times(500, 10_000));
        WorkJob Job(int number) => new()
        {
            Address = server.Address, Name = $"w{number}", Calls = calls, Limit = limit, Period = BudgetPeriod.Day, StoreTimeoutSeconds = 30,
            ClockErrorSeconds = (DateTimeOffset.UtcNow - clock.Now).TotalSeconds * -1 + (errorHours[number] * 3_600), Callers = Soak.Times(4, 16),
        };
        await using var fleet = await Fleet.StartAsync(Job, few: 8);
        fleet.Go();
        var totals = await fleet.FinishAsync();
        var counters = ((string[])(await server.CommandAsync("KEYS", "*:c:*"))!).ToList();

        totals.AssertNoSurprises();
        (totals.Granted, totals.Denied).Should().Be((limit, (calls * 8) - limit));
        counters.Should().ContainSingle().Which.Should().EndWith(":20260506");
        return Text($"half of 8 processes off by ±1 hour and ±1 day: {totals.Granted:N0} of {totals.Granted + totals.Denied:N0} granted, one key for the day");
    });
}
