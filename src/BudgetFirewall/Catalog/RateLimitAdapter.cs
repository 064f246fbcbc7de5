using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Reports what a provider has said to the adaptive rate limits that a request meets.</summary>
internal sealed class RateLimitAdapter(
    SettingsSource settingsSource, StoreCaller storeCaller, LimitsSource limitsSource, CatalogReader catalogReader, TimedLimits timedLimits, EventReporter events)
{
    private const int MaxAttempts = 16;

    /// <summary>The changes that this report has made. Where no adaptive limit has anything to follow, the store is not asked.</summary>
    /// <exception cref="BudgetStoreException">The store did not answer.</exception>
    public async ValueTask<IReadOnlyList<RateLimitAdaptation>> ReportAsync(BudgetRequest request, ProviderSignal signal, CancellationToken cancellationToken)
    {
        var settings = settingsSource.Current;
        RequestCaps.Check(request, settings);
        var partition = Partitions.Of(request, settings.PartitionBy);
        var limits = limitsSource.Of(partition);
        DateTimeOffset? storeNow = null;
        try
        {
            var deadline = storeCaller.Begin(cancellationToken);
            for (var attempt = 0; attempt < MaxAttempts; attempt++)
            {
                var call = CallOf(request, signal, partition, limits, storeNow);
                if (call.Reports.IsEmpty)
                    return [];
                var answer = await storeCaller.CallAsync("adapt", static (store, report) => store.AdaptAsync(report), call, deadline).ConfigureAwait(false);
                if (answer is { IsStaleCatalog: false, IsOtherTime: false })
                    return Told(call, answer, signal, request.Provider);
                storeNow = answer.IsOtherTime ? timedLimits.Told(answer.Now, call.Validity) : storeNow;
                if (answer.IsStaleCatalog)
                    limits = await catalogReader.CatchUpAsync(partition, limits.CatalogVersion, deadline).ConfigureAwait(false);
            }
            throw new BudgetStoreException("The limits were changed faster than a provider's signal could be reported.") { MayHaveHappened = false };
        }
        catch (BudgetStoreException e)
        {
            events.AdaptFailed(e);
            throw;
        }
    }

    private AdaptCall CallOf(BudgetRequest request, ProviderSignal signal, string? partition, Limits limits, DateTimeOffset? storeNow)
    {
        var demands = LimitDemands.Of(limits, request, quote: default, DecisionKind.CheckRateLimits, out var budgetCount);
        var validity = timedLimits.Resolve(ref demands, ref budgetCount, partition, storeNow);
        var reports = ImmutableArray.CreateBuilder<RateLimitReport>();
        foreach (var demand in demands)
        {
            if (demand.Rule is RateLimitRule { Adaptive: not null } rule && new RateLimitReport(rule, demand.ScopeId, signal.IsOverloaded, signal.PauseOf(rule.Unit)) is { IsEmpty: false } report)
                reports.Add(report);
        }
        return new() { Partition = partition, CatalogVersion = limits.CatalogVersion, Reports = reports.ToImmutable(), Validity = validity };
    }

    private List<RateLimitAdaptation> Told(AdaptCall call, AdaptAnswer answer, ProviderSignal signal, string provider)
    {
        var adaptations = new List<RateLimitAdaptation>();
        for (var i = 0; i < answer.Changes.Length; i++)
        {
            var change = answer.Changes[i];
            if (!change.IsChanged)
                continue;
            var report = call.Reports[i];
            var adaptation = new RateLimitAdaptation
            {
                RateLimitId = report.Rule.Id,
                Name = report.Rule.RateLimit.Name,
                Scope = new(report.Rule.ScopeKind, report.ScopeId),
                Partition = call.Partition,
                Unit = report.Rule.Unit,
                Cause = signal.IsOverloaded ? AdaptationCause.Overloaded : AdaptationCause.Exhausted,
                Before = report.Rule.ToDecimal(report.Rule.At(change.ScaleBefore).AdaptedMicros),
                After = report.Rule.ToDecimal(report.Rule.At(change.ScaleAfter).AdaptedMicros),
                Ceiling = report.Rule.ToDecimal(report.Rule.AdaptedMicros),
                PausedFor = change.PausedFor > TimeSpan.Zero ? change.PausedFor : null,
                At = answer.Now,
            };
            adaptations.Add(adaptation);
            events.RateLimitAdapted(adaptation, isForEach: report.Rule.RateLimit.Scope.IsEach, provider);
        }
        return adaptations;
    }
}
