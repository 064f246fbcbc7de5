using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace BudgetFirewall;

/// <summary>One guarded request: the call that is charged for it, and what its endpoint has reported.</summary>
internal sealed class BudgetContext(GuardedRequest guarded, HandlerProgress progress, bool isAskedFor) : IBudgetContext
{
    // Set by the pipeline that ends a request which nothing has answered.
    private const string UnhandledItem = "__RequestUnhandled";
    private const decimal MaxAmount = 9_000_000_000m;
    private static readonly object Nothing = new();
    private static readonly object Settled = new();

    // Null, a BudgetUsage, a decimal, Nothing or Settled.
    private object? _report;
    private HandlerProgress _progress = progress;

    public BudgetRequest Request => guarded.Request;

    public BudgetDecision Decision => guarded.Decision;

    public string ReservationId => guarded.Call?.ReservationId ?? "";

    public DateTimeOffset ExpiresAt => guarded.Call?.ExpiresAt ?? default;

    /// <summary>True when the request is charged when it has run.</summary>
    public bool IsCharged => guarded.Call is not null;

    /// <summary>True while nothing is reported.</summary>
    public bool IsUnreported => Volatile.Read(ref _report) is null;

    /// <summary>The context of a request; null when it is not guarded.</summary>
    public static BudgetContext? Find(HttpContext context) => context.Features.Get<IBudgetContext>() as BudgetContext;

    /// <summary>True once the endpoint of a preflight has begun.</summary>
    public bool HasEndpointBegun { get; private set; }

    /// <summary>Notes that the endpoint of a preflight begins.</summary>
    public void EndpointBegins() => HasEndpointBegun = true;

    /// <summary>Notes that the endpoint has begun to read what its handler takes.</summary>
    public void HandlerBegins() => _progress = HandlerProgress.Begun;

    /// <summary>Notes that the handler runs.</summary>
    public void HandlerReached() => _progress = HandlerProgress.Reached;

    /// <summary>True when the request has ended and certainly nothing was called for it.</summary>
    public bool IsNeverReached(HttpContext context) => _progress switch
    {
        HandlerProgress.Reached => false,
        HandlerProgress.Begun => IsFailure(context.Response) || context.Response is { HasStarted: false, ContentLength: null },
        // Where only the endpoint is guarded, the code in front of it can only refuse. Where every request is guarded, that code may itself make the paid call.
        HandlerProgress.Waiting => isAskedFor && IsFailure(context.Response),
        HandlerProgress.Unwatched => IsUnanswered(context) || IsRefusedByRouting(context),
        _ => throw new InvalidOperationException($"The progress '{_progress}' is not known."),
    };

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
        if (cost is < 0 or > MaxAmount)
            throw new ArgumentOutOfRangeException(nameof(cost), cost, "cost must be from 0 to 9,000,000,000.");
        Report(cost);
    }

    public void ReportNothing() => Report(Nothing);

    public ValueTask<DateTimeOffset> ExtendAsync(TimeSpan lease, CancellationToken cancellationToken = default) =>
        guarded.Call is { } call ? call.ExtendAsync(lease, cancellationToken) : new(ExpiresAt);

    /// <summary>Ends the reporting, and settles the hold by the report. Never throws, since the endpoint has already answered.</summary>
    public async ValueTask SettleAsync(UnreportedCost unreported)
    {
        var report = Interlocked.Exchange(ref _report, Settled);
        if (guarded.Call is not { } call)
            return;
        switch (report)
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

    private static bool IsFailure(HttpResponse response) => response.StatusCode >= StatusCodes.Status400BadRequest;

    // A middleware may still answer a request that nothing behind it has answered.
    private static bool IsUnanswered(HttpContext context) => context.Items.ContainsKey(UnhandledItem) && context.Response.StatusCode == StatusCodes.Status404NotFound;

    // Routing puts an endpoint of its own in the place of those whose method or media type is not the request's.
    private static bool IsRefusedByRouting(HttpContext context) =>
        context.Response.StatusCode is StatusCodes.Status405MethodNotAllowed or StatusCodes.Status406NotAcceptable or StatusCodes.Status415UnsupportedMediaType
        && context.GetEndpoint() is { Metadata.Count: 0, DisplayName: { } name } and not RouteEndpoint
        && name.StartsWith(context.Response.StatusCode.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

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
