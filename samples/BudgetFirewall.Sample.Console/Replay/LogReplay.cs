using BudgetFirewall.Sample.Log;

namespace BudgetFirewall.Sample.Replay;

/// <summary>Plays a log through a firewall: reserves when a call begins, commits when it has ended, with others begun in between.</summary>
public sealed class LogReplay(IBudgetFirewall firewall, LogClock clock, Pace pace)
{
    private readonly PriorityQueue<(UsageLogEntry Call, BudgetReservation Reservation), DateTimeOffset> _inFlight = new();

    /// <param name="log">The log.</param>
    /// <param name="onProgress">Told of each step.</param>
    /// <param name="cancellationToken">Stops the replay.</param>
    public async Task<ReplayReport> RunAsync(UsageLog log, Action<ReplayProgress> onProgress, CancellationToken cancellationToken)
    {
        var ledger = new ReplayLedger(log);
        foreach (var call in log.Calls)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await EndCallsUntilAsync(call.Time, ledger, onProgress, cancellationToken);
            await MoveToAsync(call.Time, cancellationToken);
            await BeginAsync(call, ledger, cancellationToken);
            onProgress(ledger.Progress(clock.GetUtcNow(), _inFlight.Count));
        }
        await EndCallsUntilAsync(DateTimeOffset.MaxValue, ledger, onProgress, cancellationToken);
        var (currency, budgets) = await StatusOfAllAsync(log, cancellationToken);
        return ledger.Report(clock.GetUtcNow(), currency, budgets);
    }

    private async Task BeginAsync(UsageLogEntry call, ReplayLedger ledger, CancellationToken cancellationToken)
    {
        try
        {
            var reservation = await firewall.TryReserveAsync(call.ToRequest(), cancellationToken);
            if (!reservation.IsGranted)
            {
                ledger.Denied(call, reservation.Decision);
                return;
            }
            ledger.Granted(reservation.Decision);
            _inFlight.Enqueue((call, reservation), call.EndsAt);
        }
        catch (UnknownPriceException e)
        {
            ledger.Unpriced(call, e);
        }
    }

    private async Task EndCallsUntilAsync(DateTimeOffset time, ReplayLedger ledger, Action<ReplayProgress> onProgress, CancellationToken cancellationToken)
    {
        while (_inFlight.TryPeek(out var next, out var endsAt) && endsAt <= time)
        {
            await MoveToAsync(endsAt, cancellationToken);
            _inFlight.Dequeue();
            await using var reservation = next.Reservation;
            var receipt = await reservation.CommitAsync(next.Call.ToUsage(), cancellationToken);
            ledger.Charged(next.Call, reservation.Cost, receipt);
            onProgress(ledger.Progress(clock.GetUtcNow(), _inFlight.Count));
        }
    }

    private async Task MoveToAsync(DateTimeOffset time, CancellationToken cancellationToken)
    {
        await pace.WaitAsync(time - clock.GetUtcNow(), cancellationToken);
        clock.MoveTo(time);
    }

    private async Task<(string Currency, IReadOnlyList<BudgetState> Budgets)> StatusOfAllAsync(UsageLog log, CancellationToken cancellationToken)
    {
        var currency = "";
        var budgets = new List<BudgetState>();
        foreach (var scope in Scopes(log))
        {
            var status = await firewall.GetStatusAsync(scope, cancellationToken: cancellationToken);
            currency = status.Currency;
            budgets.AddRange(status.Budgets);
        }
        return (currency, budgets);
    }

    private static IEnumerable<BudgetScope> Scopes(UsageLog log)
    {
        return
        [
            BudgetScope.Global,
            .. Ids(call => call.Provider).Select(BudgetScope.Provider),
            .. Ids(call => call.Project).Select(BudgetScope.Project),
            .. Ids(call => call.User).Select(BudgetScope.User),
            .. Ids(call => call.Model).Select(BudgetScope.Model),
        ];

        IEnumerable<string> Ids(Func<UsageLogEntry, string?> id) => log.Calls.Select(id).OfType<string>().Distinct().Order(StringComparer.Ordinal);
    }
}
