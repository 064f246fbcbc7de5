using BudgetFirewall.Conformance;

namespace BudgetFirewall.Reliability;

/// <summary>Rows 21 and 22: midnight, and the end of a lease.</summary>
public sealed class TimeScenarios : Scenario
{
    private static readonly DateTimeOffset Midnight = new(2026, 7, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public Task Reservations_open_across_midnight_are_charged_to_their_own_day() => RunAsync(21, async () =>
    {
        var count = Soak.Times(200, 1_000);
        using var clock = new ServerClock();
        await using var server = await RedisServer.StartAsync(clock);
        clock.MoveTo(Midnight.AddMilliseconds(-50));
        await using var firewall = On(server, clock, limit: 1_000_000m);
        await using var other = On(server, clock, limit: 1_000_000m);
        var reservations = await Together.DoAsync(count, 16, async i => await firewall.ReserveAsync(new() { Provider = "load", Cost = 1m, OperationId = $"open-{i}" }));
        clock.MoveTo(Midnight.AddMilliseconds(50));
        var amounts = Enumerable.Range(0, count).Select(_ => Random.NextInt64(0, 1_000_000_001) / 1_000_000_000m).ToArray();
        var receipts = await Together.DoAsync(count, 16, async i => await (i % 2 == 0 ? reservations[i].CommitAsync(amounts[i]) : other.CommitAsync(reservations[i].Id, amounts[i])));
        var newDay = await TotalsAsync(firewall);

        var states = receipts.Select(receipt => receipt.Budgets.Should().ContainSingle().Which).ToList();
        states.Should().AllSatisfy(state => state.PeriodStart.Should().Be(Midnight.AddDays(-1).UtcDateTime));
        states.Max(state => state.Spent).Should().Be(amounts.Sum());
        states.Min(state => state.Held).Should().Be(0m);
        newDay.Should().Be((0m, 0m));
        return Text($"{count:N0} reservations over midnight: {amounts.Sum()} charged to their day, difference 0 nanos, the new day at 0");
    });

    [Fact]
    public Task A_commit_that_races_the_end_of_its_lease_has_one_final_state() => RunAsync(22, async () =>
    {
        var (races, batch) = (Soak.Times(600, 100_000), 100);
        using var clock = new ServerClock();
        await using var server = await RedisServer.StartAsync(clock);
        var now = Midnight.AddHours(1);
        clock.MoveTo(now);
        await using var firewall = On(server, clock, limit: 9_000_000m);
        await using var other = On(server, clock, limit: 9_000_000m);
        var (spent, late, given, released) = (0m, 0, 0, 0);
        for (var done = 0; done < races; done += batch)
        {
            var reservations = await Together.DoAsync(batch, 8, async i => await firewall.ReserveAsync(new() { Provider = "load", Cost = 1m, Lease = TimeSpan.FromSeconds(1) }));
            var end = reservations.Max(reservation => reservation.ExpiresAt);
            var held = new List<decimal>();
            var settled = 0;
            // Across the end of the lease and the end of the slot in which it is given back, step by step among the settlements.
            var moments = new[] { -1, 0, 1, 60, 125, 200 }.Zip(Enumerable.Range(0, 6).Select(_ => Random.Next(batch)).Order()).ToList();
            var moving = Task.Run(async () =>
            {
                foreach (var (step, after) in moments)
                {
                    while (Volatile.Read(ref settled) < after)
                        await Task.Yield();
                    clock.MoveTo(end.AddMilliseconds(step));
                    held.Add((await TotalsAsync(other)).Held);
                }
            });
            var outcomes = await Together.DoAsync(batch, 8, async i =>
            {
                var ending = await SettleAsync(i % 4 == 3 ? other : firewall, reservations[i], isRelease: i % 4 == 2);
                Interlocked.Increment(ref settled);
                return ending;
            });
            await moving;
            now = end.AddSeconds(3);
            clock.MoveTo(now);
            spent += outcomes.Count(outcome => outcome is Ending.InTime or Ending.Late) * 0.5m;
            late += outcomes.Count(outcome => outcome == Ending.Late);
            given += outcomes.Count(outcome => outcome == Ending.InTime);
            released += outcomes.Count(outcome => outcome == Ending.Released);
            held.Where(amount => amount is < 0m or > 100m).Should().BeEmpty();
            (await TotalsAsync(firewall)).Should().Be((spent, 0m));
        }
        return Text($"{races:N0} races: {given:N0} commits in time, {late:N0} late, {released:N0} released; spent {spent} = all commits, held back at 0 after each {batch}, never negative");
    });

    private enum Ending
    {
        InTime,
        Late,
        Released,
    }

    private static async Task<Ending> SettleAsync(IBudgetFirewall firewall, BudgetReservation reservation, bool isRelease)
    {
        if (isRelease)
        {
            await firewall.ReleaseAsync(reservation.Id);
            return Ending.Released;
        }
        var receipt = await firewall.CommitAsync(reservation.Id, 0.5m);
        (await firewall.CommitAsync(reservation.Id, 0.5m)).IsReplay.Should().BeTrue();
        return receipt.IsLate ? Ending.Late : Ending.InTime;
    }

    private IBudgetFirewall On(RedisServer server, ServerClock clock, decimal limit) => new BudgetFirewallBuilder()
        .Configure(options =>
        {
            options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = limit });
            options.StoreTimeout = TimeSpan.FromSeconds(30);
            options.ReservationLease = TimeSpan.FromHours(2);
        })
        .UseLoggerFactory(Log)
        .UseTimeProvider(new SkewedTimeProvider(TimeProvider.System, clock.Now - DateTimeOffset.UtcNow))
        .UseRedis(server.Address)
        .Build();
}
