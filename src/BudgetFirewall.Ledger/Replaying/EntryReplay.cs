using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Asks the firewall of a replay for what entries tell of, one after the other. Not thread-safe.</summary>
internal sealed class EntryReplay(IBudgetFirewall firewall, ReplayStore store, ReplayClock clock, ScoreCard score, ReplayedChanges changes, WhatIfRequest request)
{
    private readonly OpenCalls _open = new();

    /// <summary>Replays entries of one moment: first commits, of reservations that are open, as calls end before others begin, and last those whose reservation is of this moment too, or is not known.</summary>
    public async ValueTask ReplayAsync(IReadOnlyList<LedgerEntry> entries, int first, int count, CancellationToken cancellationToken)
    {
        clock.MoveTo(entries[first].Time);
        if (count == 1)
        {
            await ReplayAsync(entries[first], cancellationToken).ConfigureAwait(false);
            return;
        }
        foreach (var entry in Enumerable.Range(first, count).Select(i => entries[i]).OrderBy(RankOf).ToList())
            await ReplayAsync(entry, cancellationToken).ConfigureAwait(false);
    }

    private int RankOf(LedgerEntry entry) => entry.Kind != LedgerEntryKind.Commit ? 1 : _open.Has(entry) ? 0 : 2;

    private async ValueTask ReplayAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        score.Begin(entry);
        try
        {
            await AskAsync(entry, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ArgumentException or BudgetFirewallException and not LedgerException)
        {
            score.Omitted(WhatIfOmissionReason.NotAccepted, example: e.Message);
        }
    }

    private async ValueTask AskAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        switch (entry.Kind)
        {
            case LedgerEntryKind.Charge:
                await ChargeAsync(entry, cancellationToken).ConfigureAwait(false);
                break;
            case LedgerEntryKind.Spend:
                await SpendAsync(entry, cancellationToken).ConfigureAwait(false);
                break;
            case LedgerEntryKind.Commit:
                await CommitAsync(entry, cancellationToken).ConfigureAwait(false);
                break;
            case LedgerEntryKind.Reservation:
                await ReserveAsync(entry, cancellationToken).ConfigureAwait(false);
                break;
            case LedgerEntryKind.Check:
                await CheckAsync(entry, cancellationToken).ConfigureAwait(false);
                break;
            case LedgerEntryKind.Denial:
                await DenialAsync(entry, cancellationToken).ConfigureAwait(false);
                break;
            case LedgerEntryKind.Correction:
                await changes.CorrectAsync(entry).ConfigureAwait(false);
                break;
            case LedgerEntryKind.Reset:
                await changes.ResetAsync(entry, cancellationToken).ConfigureAwait(false);
                break;
            case LedgerEntryKind.Allowance:
                await changes.GrantAsync(entry, cancellationToken).ConfigureAwait(false);
                break;
            case LedgerEntryKind.BudgetChange or LedgerEntryKind.RateLimitChange:
                await changes.ChangeAsync(entry, cancellationToken).ConfigureAwait(false);
                break;
            case LedgerEntryKind.PoolChange:
                score.Omitted(WhatIfOmissionReason.Pool);
                break;
            // What was approved is an allowance; a period of a pool and a shared cost change no counter.
            case LedgerEntryKind.ApprovalChange or LedgerEntryKind.PoolPeriod or LedgerEntryKind.PoolReallocation or LedgerEntryKind.Allocation:
                break;
            default:
                throw new InvalidOperationException($"There is no kind of entry {entry.Kind}.");
        }
    }

    private async ValueTask ChargeAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        // The check of the same id was refused, so that the call is not made.
        if (_open.TryTake(entry, out _))
            return;
        if (request.AskForCharges)
            await SpendAsync(entry, cancellationToken).ConfigureAwait(false);
        else
            await firewall.ChargeAsync(ReplayedRequest.Of(entry, entry.AmountNanos), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask SpendAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        await firewall.TrySpendAsync(ReplayedRequest.Of(entry, entry.AmountNanos), cancellationToken).ConfigureAwait(false);
        Asked(entry, entry.AmountNanos);
    }

    private async ValueTask CheckAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        await firewall.TryCheckAsync(ReplayedRequest.Of(entry, entry.HeldNanos), cancellationToken).ConfigureAwait(false);
        if (!Asked(entry, entry.HeldNanos))
            _open.Add(entry, reservation: null);
    }

    private async ValueTask ReserveAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        await firewall.TryReserveAsync(ReplayedRequest.Of(entry, entry.HeldNanos ?? 0), cancellationToken).ConfigureAwait(false);
        var reservation = store.Last?.Answer?.Reservation;
        _open.Add(entry, Asked(entry, entry.HeldNanos) ? reservation : null);
    }

    private async ValueTask CommitAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        HeldReservation? reservation;
        if (_open.TryTake(entry, out var call))
        {
            reservation = call.Reservation;
        }
        else
        {
            score.Omitted(WhatIfOmissionReason.ReservedAtCommit);
            var asked = entry.HeldNanos ?? entry.AmountNanos;
            await firewall.TryReserveAsync(ReplayedRequest.Of(entry, asked), cancellationToken).ConfigureAwait(false);
            reservation = store.Last?.Answer?.Reservation;
            reservation = Asked(entry, asked) ? reservation : null;
        }
        // What was refused is not called for, and costs nothing. Of a reservation whose record has ended meanwhile, what was spent is recorded, as the firewall does it.
        if (reservation is not null && !await store.CommitAsync(reservation, entry).ConfigureAwait(false))
            await firewall.ChargeAsync(ReplayedRequest.Of(entry, entry.AmountNanos), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask DenialAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        // Of what only shadow limits would have refused, the call has entries of its own. Denials that were counted together have no operation.
        if (entry.Outcome == DecisionOutcome.Allowed || entry.Operation is null)
        {
            score.WasRefused(entry, isAllowedNow: false);
            if (entry.Operation is null)
                score.Omitted(WhatIfOmissionReason.CountedTogether, entry.Count);
            return;
        }
        if (entry.Outcome == DecisionOutcome.StoreUnavailable)
        {
            score.Omitted(WhatIfOmissionReason.StoreUnavailable, entry.Count);
            return;
        }
        var asked = entry.HeldNanos;
        if (asked is null)
        {
            score.Omitted(WhatIfOmissionReason.UnknownCost);
            await firewall.TryCheckAsync(ReplayedRequest.Of(entry, costNanos: null), cancellationToken).ConfigureAwait(false);
        }
        else
        {
            // Where it is allowed now, it is made, and costs what was asked for.
            await firewall.TrySpendAsync(ReplayedRequest.Of(entry, asked), cancellationToken).ConfigureAwait(false);
        }
        Asked(entry, asked);
    }

    /// <summary>Counts the decision that the firewall has just made.</summary>
    /// <returns>True where it is allowed.</returns>
    private bool Asked(LedgerEntry entry, long? costNanos)
    {
        var decision = store.Last ?? throw new InvalidOperationException("The firewall has decided nothing.");
        store.Last = null;
        score.Asked(entry, decision, costNanos);
        return decision.Outcome == DecisionOutcome.Allowed;
    }
}
