using System.Diagnostics;

namespace BudgetFirewall;

/// <summary>One replay, from its first entry to its report.</summary>
internal sealed class ReplayRun(ILedger ledger, WhatIfRequest request, IProgress<WhatIfProgress>? progress)
{
    private string _currency = "";

    public async Task<WhatIfReport> RunAsync(CancellationToken cancellationToken)
    {
        // The firewall traces each call where somebody listens. Under an activity that is not recorded, samplers that follow the parent record none.
        using var activity = new Activity("BudgetFirewall.WhatIf") { ActivityTraceFlags = ActivityTraceFlags.None }.Start();
        using var meters = new QuietMeters();
        var (clock, score) = (new ReplayClock(request.Start), new ScoreCard(request));
        ReplayStore? store = null;
        var builder = new BudgetFirewallBuilder();
        if (request.Configuration is { } section)
            builder.Configure(section);
        var firewall = builder.Configure(Configure).UseTimeProvider(clock).UseMeterFactory(meters).WrapStore((inner, context) => store = new(inner, score)).Build();
        await using var _ = firewall.ConfigureAwait(false);
        var changes = new ReplayedChanges(firewall, store!, score, request);
        var endedAt = (request.TakeUpChanges ? await TakeUpEarlierChangesAsync(changes, score, cancellationToken).ConfigureAwait(false) : null)
            ?? await ReplayAsync(new(firewall, store!, clock, score, changes, request), score, cancellationToken).ConfigureAwait(false);
        return score.Result(await LimitsAsync(firewall, cancellationToken).ConfigureAwait(false), _currency, endedAt);
    }

    private void Configure(BudgetFirewallOptions options)
    {
        request.Configure?.Invoke(options);
        _currency = options.Currency;
        // Everything that would go beyond the memory of the replay, or that only a service needs.
        options.Outbox.IsEnabled = false;
        options.DenialCache = TimeSpan.Zero;
        options.RequireStoreAtStart = false;
        options.Quotas.Clear();
    }

    /// <summary>Brings the catalog to what it was at the start. These entries count as those of the lead do.</summary>
    /// <returns>The time of the last entry, where there are more than may be read; null where there are not.</returns>
    private async ValueTask<DateTimeOffset?> TakeUpEarlierChangesAsync(ReplayedChanges changes, ScoreCard score, CancellationToken cancellationToken)
    {
        var query = new LedgerQuery { To = request.Start, Kinds = [LedgerEntryKind.BudgetChange, LedgerEntryKind.RateLimitChange], Partition = request.Partition };
        await foreach (var page in OrderedEntries.ReadAsync(ledger, query, cancellationToken).ConfigureAwait(false))
        {
            var last = page[0];
            foreach (var entry in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (score.Entries >= request.MaxEntries)
                    return last.Time;
                score.Begin(entry);
                await changes.ChangeAsync(entry, cancellationToken).ConfigureAwait(false);
                last = entry;
            }
            progress?.Report(new(score.Entries, last.Time, Fraction: 0));
        }
        return null;
    }

    /// <returns>The time of the last entry, where there are more; null where there are not.</returns>
    private async ValueTask<DateTimeOffset?> ReplayAsync(EntryReplay replay, ScoreCard score, CancellationToken cancellationToken)
    {
        var query = new LedgerQuery { From = request.Start, To = request.To, Partition = request.Partition };
        var last = request.Start;
        await foreach (var page in OrderedEntries.ReadAsync(ledger, query, cancellationToken).ConfigureAwait(false))
        {
            for (var i = 0; i < page.Count;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (score.Entries >= request.MaxEntries)
                    return last;
                var count = 1;
                while (i + count < page.Count && page[i + count].Time == page[i].Time)
                    count++;
                await replay.ReplayAsync(page, i, count, cancellationToken).ConfigureAwait(false);
                last = page[i].Time;
                i += count;
            }
            progress?.Report(new(score.Entries, page[^1].Time, (page[^1].Time - request.Start) / (request.To - request.Start)));
        }
        return null;
    }

    // Those of all partitions together are not to be had.
    private async ValueTask<IReadOnlyList<LimitScore>> LimitsAsync(IBudgetFirewall firewall, CancellationToken cancellationToken)
    {
        if (firewall.PartitionBy is not null && request.Partition is null)
            return [];
        var partition = firewall.PartitionBy is null ? null : request.Partition;
        var budgets = await firewall.Budgets.ListAsync(partition, cancellationToken).ConfigureAwait(false);
        var rateLimits = await firewall.RateLimits.ListAsync(partition, cancellationToken).ConfigureAwait(false);
        return [.. budgets.Select(LimitScore.Of), .. rateLimits.Select(LimitScore.Of)];
    }
}
