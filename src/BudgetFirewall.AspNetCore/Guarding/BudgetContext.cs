using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>One guarded request: its held call, and what its endpoint has reported.</summary>
internal sealed class BudgetContext(GuardedCall call) : IBudgetContext
{
    private const decimal MaxCost = 9_000_000_000m;
    private static readonly object Nothing = new();
    private static readonly object Settled = new();

    // Null, a BudgetUsage, a decimal, Nothing or Settled.
    private object? _report;

    public BudgetRequest Request => call.Request;

    public BudgetDecision Decision => call.Decision;

    public string ReservationId => call.ReservationId;

    public DateTimeOffset ExpiresAt => call.ExpiresAt;

    /// <summary>True while nothing is reported.</summary>
    public bool IsUnreported => Volatile.Read(ref _report) is null;

    /// <summary>The context of a guarded request.</summary>
    /// <exception cref="InvalidOperationException">The request is not guarded.</exception>
    public static IBudgetContext Of(HttpContext? context) =>
        context?.Features.Get<IBudgetContext>()
            ?? throw new InvalidOperationException("There is no IBudgetContext: no budget is reserved for this request. Guard the endpoint with RequireBudget and call app.UseBudgetFirewall().");

    public void ReportUsage(BudgetUsage usage)
    {
        ArgumentNullException.ThrowIfNull(usage);
        Report(usage);
    }

    public void ReportCost(decimal cost)
    {
        if (cost is < 0 or > MaxCost)
            throw new ArgumentOutOfRangeException(nameof(cost), cost, "cost must be from 0 to 9,000,000,000.");
        Report(cost);
    }

    public void ReportNothing() => Report(Nothing);

    public ValueTask<DateTimeOffset> ExtendAsync(TimeSpan lease, CancellationToken cancellationToken = default) => call.ExtendAsync(lease, cancellationToken);

    /// <summary>Ends the reporting, and charges what was reported. Never throws, since the endpoint has already answered.</summary>
    public async ValueTask SettleAsync(UnreportedCost unreported)
    {
        switch (Interlocked.Exchange(ref _report, Settled))
        {
            case BudgetUsage usage:
                await call.CommitAsync(usage, isCallerWaiting: false).ConfigureAwait(false);
                break;
            case decimal cost:
                await call.CommitAsync(cost, isCallerWaiting: false).ConfigureAwait(false);
                break;
            case null when unreported == UnreportedCost.ChargeEstimate:
                await call.CommitReservedAsync(isCallerWaiting: false).ConfigureAwait(false);
                break;
            default:
                await call.ReleaseAsync().ConfigureAwait(false);
                break;
        }
    }

    private void Report(object report)
    {
        var before = Volatile.Read(ref _report);
        while (before != Settled)
        {
            var found = Interlocked.CompareExchange(ref _report, report, before);
            if (found == before)
                return;
            before = found;
        }
        throw new InvalidOperationException("The request is over and its budget is settled; report before the endpoint returns.");
    }
}
