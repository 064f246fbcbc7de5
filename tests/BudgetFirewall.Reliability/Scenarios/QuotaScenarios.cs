using System.Collections.Concurrent;
using BudgetFirewall.Conformance;

namespace BudgetFirewall.Reliability;

/// <summary>Row 31: a pool that is divided anew under load, by two processes at once, while its periods end and members come and go.</summary>
public sealed class QuotaScenarios : Scenario
{
    private const string PoolId = "load";
    private const decimal Pool = 1_000m;

    private static readonly DateTimeOffset Start = new(2026, 7, 1, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_pool_divided_anew_under_load_never_gives_away_more_than_it_has(bool membersChange) => RunAsync(31, async () =>
    {
        var (hours, members, calls) = (Soak.Times(3, 24), Soak.Times(8, 100), Soak.Times(1_500, 8_000));
        using var clock = new ServerClock();
        await using var server = await RedisServer.StartAsync(clock);
        clock.MoveTo(Start);
        IBudgetFirewall[] processes = [.. Enumerable.Range(0, 8).Select(_ => On(server))];
        await processes[0].Quotas.AllocateAsync(PoolOf(members, without: -1, hasRollover: !membersChange));
        var granted = new ConcurrentDictionary<DateTime, long>();
        var (samples, highest, divisions) = (0, 0m, 0);
        for (var hour = 0; hour < hours; hour++)
        {
            using var isOver = new CancellationTokenSource();
            var sampling = Task.Run(async () =>
            {
                await using var reader = On(server);
                while (!isOver.IsCancellationRequested)
                {
                    var sum = (await reader.Budgets.ListAsync()).Where(budget => budget.IsActive).Sum(budget => budget.Limit);
                    (samples, highest) = (samples + 1, Math.Max(highest, sum));
                }
            });
            var boundary = Start.AddHours(hour + 1);
            await Together.DoAsync(calls, 16, async i =>
            {
                // Half of the calls come before the period ends and half after it, and both dividers are at work all the time.
                if (i == calls / 2)
                    clock.MoveTo(boundary.AddMilliseconds(1));
                if (i % 16 < 2)
                {
                    await DivideAsync(processes[i % 16], i, members, membersChange);
                    Interlocked.Increment(ref divisions);
                }
                else if (await TakeAsync(processes[i % 8], i % members) is { } period)
                {
                    granted.AddOrUpdate(period, 1, (_, count) => count + 1);
                }
            });
            await isOver.CancelAsync();
            await sampling;
        }
        highest.Should().BeLessThanOrEqualTo(Pool, "the limits never add up to more than the pool");
        var history = (await processes[1].Quotas.GetHistoryAsync(PoolId))!;
        history.Select(period => period.Period.Start).Should().Equal(Enumerable.Range(0, hours).Select(hour => Start.AddHours(hour).UtcDateTime).Reverse(), "each ended period is recorded, once");
        foreach (var period in history)
            ((decimal)granted.GetValueOrDefault(period.Period.Start)).Should().BeLessThanOrEqualTo(Pool + period.Members.Sum(member => member.RolledOver));
        var state = (await processes[0].Quotas.GetAsync(PoolId))!;
        state.Allocations.Sum(share => share.Amount).Should().BeLessThanOrEqualTo(Pool);
        var fullest = history.Max(period => granted.GetValueOrDefault(period.Period.Start));
        return Text($"{hours:N0} hours, {members} members{(membersChange ? " who come and go" : " with rollover")}, 8 processes, 2 of which made {divisions:N0} divisions: {samples:N0} samples of the limits, never more than {highest} of {Pool}; at most {fullest:N0} granted in an hour; {history.Count} periods recorded, each once");
    });

    /// <summary>Divides the pool anew: with other members, or by letting some borrow.</summary>
    private static async ValueTask DivideAsync(IBudgetFirewall firewall, int i, int members, bool membersChange)
    {
        if (membersChange && i / 16 % 2 == 0)
            await firewall.Quotas.UpdateAsync(PoolOf(members, without: i / 16 % members, hasRollover: false));
        else
            await firewall.Quotas.ReallocateAsync(PoolId);
    }

    /// <summary>Reserves and commits 1 for a team; gives the period in which the pool has given it, null when it has not.</summary>
    private static async ValueTask<DateTime?> TakeAsync(IBudgetFirewall firewall, int team)
    {
        await using var reservation = await firewall.TryReserveAsync(new() { Provider = "load", ProjectId = Team(team), Cost = 1m });
        // A team that is no member just now is limited by nothing.
        if (!reservation.IsGranted || reservation.Decision.Budgets is not [var state])
            return null;
        await reservation.CommitAsync(1m);
        return state.PeriodStart!.Value.UtcDateTime;
    }

    private static QuotaPool PoolOf(int members, int without, bool hasRollover) => new()
    {
        Id = PoolId,
        Limit = Pool,
        Period = BudgetPeriod.Hour,
        Strategy = QuotaStrategy.Reserved,
        Rollover = hasRollover ? new() { Fraction = 0.5m } : null,
        Members = [.. Enumerable.Range(0, members).Where(team => team != without).Select(team => new QuotaMember { Scope = BudgetScope.Project(Team(team)), Weight = 1 + (team % 3), Minimum = 1m })],
    };

    private static string Team(int team) => Text($"team-{team:000}");

    private IBudgetFirewall On(RedisServer server) => Firewall(server.Address, options => options.StoreTimeout = TimeSpan.FromSeconds(30));
}
