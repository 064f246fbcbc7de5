using BudgetFirewall.Sample.Drawing;
using BudgetFirewall.Sample.Replay;
using Spectre.Console;

namespace BudgetFirewall.Sample.Quotas;

/// <summary>Three teams share a pool through a month: what each may spend and has spent, day by day, while who is short borrows from who is not.</summary>
public sealed class QuotaDemo(IAnsiConsole console, TimeSpan dayLength)
{
    public const int Days = 31;

    private const int Width = 40;

    // What each team asks for a day: search a lot from the first, speech hardly anything, vision all at once near the end.
    private static readonly (string Team, Func<int, decimal> Asks)[] Teams =
    [
        ("search", static day => 18m + (day % 5)),
        ("speech", static day => 2m + (day % 2)),
        ("vision", static day => day < 22 ? 4m : 30m),
    ];

    private static readonly QuotaPool Pool = new()
    {
        Id = "research",
        Limit = 900m,
        Strategy = QuotaStrategy.Reserved,
        Rollover = new() { Fraction = 0.5m, Cap = 50m },
        Members = [.. Teams.Select(team => new QuotaMember { Scope = BudgetScope.Project(team.Team), Minimum = 100m })],
    };

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var clock = new LogClock(new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        await using var firewall = new BudgetFirewallBuilder().Configure(options => options.QuotaReallocation = TimeSpan.Zero).UseTimeProvider(clock).Build();
        await firewall.Quotas.AllocateAsync(Pool, cancellationToken: cancellationToken);
        var denied = Teams.ToDictionary(team => team.Team, _ => 0);
        if (console.Profile.Capabilities.Interactive)
            await console.Live(new Text("")).StartAsync(live => PlayAsync(firewall, clock, denied, live.UpdateTarget, cancellationToken));
        else
            await PlayAsync(firewall, clock, denied, console.Write, cancellationToken);
        var march = (await firewall.Quotas.GetHistoryAsync(Pool.Id, cancellationToken: cancellationToken))![0];
        foreach (var member in march.Members)
            console.WriteLine($"{member.Scope.Id} used {Texts.Limit(member.Used, unit: null)} of {Texts.Limit(member.Allocated, unit: null)} in March: {Loan(member)}");
    }

    private async Task PlayAsync(IBudgetFirewall firewall, LogClock clock, Dictionary<string, int> denied, Action<Table> show, CancellationToken cancellationToken)
    {
        for (var day = 1; day <= Days; day++)
        {
            await SpendDayAsync(firewall, day, denied, cancellationToken);
            show(await DrawAsync(firewall, $"March {day}", denied, cancellationToken));
            await Task.Delay(dayLength, cancellationToken);
            clock.MoveTo(clock.GetUtcNow().AddDays(1));
        }
        show(await DrawAsync(firewall, "April 1", denied, cancellationToken));
    }

    private static async Task SpendDayAsync(IBudgetFirewall firewall, int day, Dictionary<string, int> denied, CancellationToken cancellationToken)
    {
        foreach (var (team, asks) in Teams)
        {
            var request = new BudgetRequest { Provider = "openai", ProjectId = team, Cost = asks(day) };
            if ((await firewall.TrySpendAsync(request, cancellationToken)).IsAllowed)
                continue;
            // A firewall does this by itself, at most every ten seconds, unless it is told not to. Here a day is shorter than that.
            await firewall.Quotas.ReallocateAsync(Pool.Id, [BudgetScope.Project(team)], cancellationToken: cancellationToken);
            denied[team] += (await firewall.TrySpendAsync(request, cancellationToken)).IsAllowed ? 0 : 1;
        }
    }

    private static async Task<Table> DrawAsync(IBudgetFirewall firewall, string day, Dictionary<string, int> denied, CancellationToken cancellationToken)
    {
        var quota = (await firewall.Quotas.GetAsync(Pool.Id, cancellationToken: cancellationToken))!;
        var table = new Table().Title($"{day}: {Texts.Limit(Pool.Limit, unit: null)} for three teams").AddColumns("team", "of its limit", "spent", "limit", "rolled over", "refused");
        foreach (var (scope, amount) in quota.Allocations)
        {
            var state = (await firewall.GetStatusAsync(scope, cancellationToken: cancellationToken)).Budgets[0];
            var rolledOver = quota.RolledOver.Where(share => share.Scope == scope).Sum(share => share.Amount);
            table.AddRow(scope.Id, Bars.Of(state, Width), Texts.Limit(state.Spent, unit: null), Texts.Limit(amount, unit: null), Texts.Limit(rolledOver, unit: null), $"{denied[scope.Id]} days");
        }
        return table;
    }

    private static string Loan(QuotaMemberPeriod member) => member switch
    {
        { Borrowed: > 0m } => $"borrowed {Texts.Limit(member.Borrowed, unit: null)}",
        { Lent: > 0m } => $"lent {Texts.Limit(member.Lent, unit: null)}",
        _ => "kept its share",
    };
}
