namespace BudgetFirewall.Reliability;

/// <summary>Rows 4 to 6: the network loses replies and cuts requests.</summary>
public sealed class NetworkScenarios : Scenario
{
    [Fact]
    public Task Reservations_whose_replies_are_lost_hold_once_per_id() => RunAsync(4, async () =>
    {
        var (calls, limit) = (Soak.Times(400, 12_500), Soak.Times(300, 10_000));
        var server = await StartServerAsync();
        var proxy = StartProxy(server);
        WorkJob Job(int number) => new() { Address = proxy.Address, Name = $"w{number}", Calls = calls, Limit = limit, Tries = 1_000, RetrySeconds = 0.01, StoreTimeoutSeconds = 2 };
        await using var fleet = await Fleet.StartAsync(Job);
        proxy.Faults = new() { Concerns = name => name == "reserve", LostReplies = 0.012 };
        fleet.Go();
        var totals = await fleet.FinishAsync();
        proxy.Faults = ProxyFaults.None;
        var ids = totals.Granted + totals.Denied;
        var records = ((string[])(await server.CommandAsync("KEYS", "*:o:*"))!).Length;

        totals.AssertNoSurprises();
        (totals.Granted, records, totals.Unknown).Should().Be((limit, limit, 0));
        (await TotalsAsync(Reader(Job(0), server.Address))).Should().Be(((decimal, decimal))(0m, limit));
        proxy.LostReplies.Should().BeInRange(1, proxy.Requests);
        return Text($"{ids:N0} ids, {proxy.LostReplies:N0} of {proxy.Requests:N0} replies lost ({100.0 * proxy.LostReplies / proxy.Requests:0.0} %): {totals.Granted:N0} granted, {records:N0} holds, one per id");
    });

    [Fact]
    public Task Commits_whose_replies_are_lost_charge_once_per_id() => RunAsync(5, async () =>
    {
        var server = await StartServerAsync();
        var proxy = StartProxy(server);
        WorkJob Job(int number) => new()
        {
            Address = proxy.Address, Name = $"w{number}", Kind = WorkKind.Commit, Seed = Seed + number, Calls = Soak.Times(300, 12_500), Limit = 1_000_000m,
            Tries = 1_000, RetrySeconds = 0.01, StoreTimeoutSeconds = 2,
        };
        await using var fleet = await Fleet.StartAsync(Job);
        proxy.Faults = new() { Concerns = name => name == "commit", LostReplies = 0.024 };
        fleet.Go();
        var totals = await fleet.FinishAsync();
        proxy.Faults = ProxyFaults.None;

        totals.AssertNoSurprises();
        totals.Unknown.Should().Be(0);
        (await TotalsAsync(Reader(Job(0), server.Address))).Should().Be((totals.Charged, 0m));
        proxy.LostReplies.Should().BeInRange(1, proxy.Requests);
        return Text($"{totals.Granted:N0} commits, {proxy.LostReplies:N0} of {proxy.Requests:N0} replies lost ({100.0 * proxy.LostReplies / proxy.Requests:0.0} %): spent {totals.Charged} = acknowledged, difference 0 nanos");
    });

    [Fact]
    public Task Requests_cut_at_a_random_byte_have_no_partial_effect() => RunAsync(6, async () =>
    {
        var server = await StartServerAsync();
        await using var recorder = await HistoryRecorder.StartAsync(server);
        var proxy = StartProxy(server);
        WorkJob Job(int number) => new()
        {
            Address = proxy.Address, Name = $"w{number}", Kind = WorkKind.Mixed, Seed = Seed + number, Calls = Soak.Times(250, 2_500), Limit = Soak.Times(300, 10_000),
            Users = 3, Tries = 1_000, RetrySeconds = 0.01, StoreTimeoutSeconds = 2, TracePath = recorder.TraceOf(number),
        };
        await using var fleet = await Fleet.StartAsync(Job);
        proxy.Faults = new() { CutRequests = 0.01 };
        fleet.Go();
        var totals = await fleet.FinishAsync();
        proxy.Faults = ProxyFaults.None;
        var history = await recorder.FinishAsync(Reader(Job(0), server.Address), users: 3);

        totals.AssertNoSurprises();
        totals.Unknown.Should().Be(0);
        HistoryCheck.Run(history, BudgetsOf(Job(0)), TimeSpan.FromSeconds(Job(0).LeaseSeconds));
        proxy.CutRequests.Should().BeInRange(1, proxy.Requests);
        totals.LongestGapMs.Should().BeInRange(0, Soak.Bound(TimeSpan.FromSeconds(2)).TotalMilliseconds);
        return Text($"{proxy.CutRequests:N0} of {proxy.Requests:N0} requests cut: {history.Steps.Count:N0} steps linearizable, longest time without a grant {totals.LongestGapMs:N0} ms");
    });
}
