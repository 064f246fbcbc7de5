using System.Globalization;
using BudgetFirewall.Sample.Drawing;

namespace BudgetFirewall.Sample.Turns;

/// <summary>Calls that come all at once and wait for their turns: at a rate limit that queues, and at a budget that is throttled above its limit.</summary>
public static class TurnsDemo
{
    private static readonly BudgetRequest Call = new() { Provider = "alphavantage", ProjectId = "batch", Cost = 1m };

    private static readonly RateLimit Queue = RateLimit.LeakyBucket(BudgetScope.Provider("alphavantage"), ratePerSecond: 2, queueLimit: 3);

    private static readonly Budget Throttled = new()
    {
        Scope = BudgetScope.Project("batch"), Limit = 3m, Period = BudgetPeriod.None, Enforcement = Enforcement.Throttle,
        Throttle = new() { RatePerSecond = 2m, Ceiling = 6m },
    };

    /// <param name="output">Where each call is told of when it begins or is refused.</param>
    /// <param name="clock">The clock that the turns go by.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task RunAsync(TextWriter output, TimeProvider clock, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync("A rate limit lets 2 calls a second begin and 3 more wait. Six come at once:");
        await ShowAsync(output, clock, options => options.RateLimits.Add(Queue), calls: 6, cancellationToken);
        await output.WriteLineAsync();
        await output.WriteLineAsync("A budget of 3 lets 2 calls a second begin above that, up to 6. Seven that cost 1 each come at once:");
        await ShowAsync(output, clock, options => options.Budgets.Add(Throttled), calls: 7, cancellationToken);
    }

    private static async Task ShowAsync(TextWriter output, TimeProvider clock, Action<BudgetFirewallOptions> configure, int calls, CancellationToken cancellationToken)
    {
        await using var firewall = new BudgetFirewallBuilder().Configure(configure).UseTimeProvider(clock).Build();
        // The first call of a process takes longest; it takes nothing here.
        await firewall.ExplainAsync(Call, cancellationToken);
        var lines = new List<Task>();
        for (var i = 1; i <= calls; i++)
            lines.Add(ShowCallAsync(output, i, firewall.TrySpendAsync(Call, cancellationToken)));
        await Task.WhenAll(lines);
        foreach (var state in (await firewall.GetStatusAsync(Call, cancellationToken)).Budgets)
            await output.WriteLineAsync($"  spent {Texts.Limit(state.Spent, state.Unit)} of {Texts.Limit(state.Limit, state.Unit)}: {Texts.Mark(state)}");
    }

    private static async Task ShowCallAsync(TextWriter output, int number, ValueTask<BudgetDecision> call)
    {
        var decision = await call;
        lock (output)
            output.WriteLine($"  call {number}: {Text(decision)}");
    }

    private static string Text(BudgetDecision decision) => decision switch
    {
        { IsAllowed: true, Wait.Ticks: 0 } => "begins at once",
        { IsAllowed: true } => $"waits for its turn and begins after {Seconds(decision.Wait)}",
        { RetryAfter: { } wait } => $"is refused ({decision.Outcome}) and may come again after {Seconds(wait)}",
        _ => $"is refused ({decision.Outcome}), and waiting does not help",
    };

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s";
}
