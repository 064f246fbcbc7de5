using System.Collections.Immutable;
using System.Globalization;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// Gives back what was charged: it notes the correction in the ledger, takes it out of the counters by the store, and the entry that the store has made of it settles the note. A process may die after each of these
/// steps: whoever finds the note makes the correction again under its id, once it is sure that the ledger has all entries of before. Thread-safe.
/// </summary>
internal sealed class Corrector(IBudgetStore store, StoreIdentity identity, EntryFactory entries, LedgerFeeds feeds, BudgetStoreContext context) : IChargeCorrector
{
    private const int MaxAttempts = 3;

    private static readonly TimeSpan LongestWaitForCharge = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWaitForEntries = TimeSpan.FromSeconds(30);

    public async ValueTask<CorrectionReceipt> CorrectAsync(CorrectionOrder order, CancellationToken cancellationToken)
    {
        if (feeds.Ledger is not ICorrectionLedger ledger)
            throw new NotSupportedException($"The ledger of this firewall keeps no corrections: it is no {nameof(ICorrectionLedger)}.");
        var looked = context.TimeProvider.GetUtcNow();
        order = order with { StoreId = await ReadStoreIdAsync(ledger, order.CorrectionId, cancellationToken).ConfigureAwait(false) };
        var noted = await ledger.NoteCorrectionAsync(order, looked, cancellationToken).ConfigureAwait(false);
        if (noted.Status == CorrectionNoteStatus.ChargeNotFound)
        {
            // It may be on its way.
            await FlushAsync(LongestWaitForCharge, cancellationToken).ConfigureAwait(false);
            noted = await ledger.NoteCorrectionAsync(order, looked, cancellationToken).ConfigureAwait(false);
        }
        return noted.Status switch
        {
            CorrectionNoteStatus.Noted => await MakeAsync(ledger, noted, looked, cancellationToken).ConfigureAwait(false),
            CorrectionNoteStatus.Known when noted.AppliedAt is { } madeAt => await ReplayAsync(noted, madeAt, cancellationToken).ConfigureAwait(false),
            CorrectionNoteStatus.Known => await MakeAgainAsync(ledger, noted, order.StoreId, await DeliverAsync(order.CorrectionId, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false),
            CorrectionNoteStatus.Unchanged => ReceiptOf(noted),
            CorrectionNoteStatus.Conflict => throw Conflict(order.CorrectionId),
            CorrectionNoteStatus.ChargeNotFound => throw NotFound(order),
            CorrectionNoteStatus.TooLarge => throw TooLarge(order, noted),
            _ => throw new InvalidOperationException($"There is no status {noted.Status}."),
        };
    }

    /// <summary>Makes a correction that was noted before, unless the ledger has its entry, or another store has to make it.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="noted">The correction.</param>
    /// <param name="storeId">The id of this store.</param>
    /// <param name="delivered">The time before which every entry is in the ledger, as <see cref="DeliverAsync"/> says it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ChargeUnconfirmedException">The store did not confirm, or another store has to make it.</exception>
    /// <exception cref="ChargeNotFoundException">The charge is not kept any more.</exception>
    public async ValueTask<CorrectionReceipt> MakeAgainAsync(ICorrectionLedger ledger, NotedCorrection noted, string storeId, DateTimeOffset delivered, CancellationToken cancellationToken)
    {
        noted = await LookAsync(ledger, noted with { StoreId = noted.StoreId ?? storeId }, delivered, cancellationToken).ConfigureAwait(false);
        if (noted.AppliedAt is { } madeAt)
            return await ReplayAsync(noted, madeAt, cancellationToken).ConfigureAwait(false);
        if (noted.StoreId == storeId)
            return await MakeAsync(ledger, noted, delivered, cancellationToken).ConfigureAwait(false);
        return noted.IsStoreGone
            ? await RecordAsync(ledger, noted, cancellationToken).ConfigureAwait(false)
            : throw Unconfirmed(noted.CorrectionId, "a firewall with another store has noted it, and only that store makes it.", cause: null);
    }

    /// <summary>Waits until every entry that was made before is in the ledger.</summary>
    /// <param name="correctionId">The id of the correction that waits for them, for the error.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The time before which they were made.</returns>
    /// <exception cref="ChargeUnconfirmedException">They are not there in time, and the correction may be among them.</exception>
    public async ValueTask<DateTimeOffset> DeliverAsync(string correctionId, CancellationToken cancellationToken)
    {
        var looked = context.TimeProvider.GetUtcNow();
        return await FlushAsync(LongestWaitForEntries, cancellationToken).ConfigureAwait(false)
            ? looked
            : throw Unconfirmed(correctionId, "entries that were made before are not in the ledger yet, and it may be among them.", cause: null);
    }

    /// <summary>Writes the entry of a correction whose counters are gone. It has the time of the note, so that all who write it write the same.</summary>
    private async ValueTask<CorrectionReceipt> RecordAsync(ICorrectionLedger ledger, NotedCorrection noted, CancellationToken cancellationToken)
    {
        var answer = new CorrectionAnswer { Status = CorrectionStatus.Done, Now = noted.NotedAt, DoneAt = noted.NotedAt };
        var entry = entries.OfCorrection(CallOf(noted, [], noted.NotedAt), answer) with { Currency = noted.Charge!.Currency };
        var added = await ledger.AppendAsync([entry], cancellationToken).ConfigureAwait(false);
        return ReceiptOf(noted) with { EntryId = entry.Id, Time = entry.Time, IsReplay = added == 0 };
    }

    private async ValueTask<CorrectionReceipt> MakeAsync(ICorrectionLedger ledger, NotedCorrection noted, DateTimeOffset looked, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            // Half of the retention, so that the store's clock may be another one.
            var call = CallOf(noted, CountersOf(noted, noted.Charge!), looked + (context.OperationIdRetention / 2));
            var answer = await AskAsync(call, cancellationToken).ConfigureAwait(false);
            switch (answer.Status)
            {
                case CorrectionStatus.Done:
                    return ReceiptOf(noted) with
                    {
                        EntryId = EntryIdOf(noted, answer.DoneAt),
                        Time = answer.DoneAt,
                        IsReplay = answer.IsReplay,
                        Counters = [.. call.Counters.Select((counter, i) => AmountOf(counter, answer.Moved[i]))],
                    };
                case CorrectionStatus.Conflict:
                    throw Conflict(noted.CorrectionId);
                case CorrectionStatus.TooLate:
                    // The call was held up, or the store has another clock. Meanwhile somebody else may have made it.
                    looked = answer.Now;
                    _ = await DeliverAsync(noted.CorrectionId, cancellationToken).ConfigureAwait(false);
                    noted = await LookAsync(ledger, noted, looked, cancellationToken).ConfigureAwait(false);
                    if (noted.AppliedAt is { } madeAt)
                        return await ReplayAsync(noted, madeAt, cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    throw new InvalidOperationException($"There is no status {answer.Status}.");
            }
        }
        throw Unconfirmed(noted.CorrectionId, "the store's clock goes on faster than it can be asked.", cause: null);
    }

    /// <summary>Reads a note again. Every entry that was made before must be in the ledger: <see cref="DeliverAsync"/>.</summary>
    private static async ValueTask<NotedCorrection> LookAsync(ICorrectionLedger ledger, NotedCorrection noted, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var again = await ledger.NoteCorrectionAsync(noted.Order, now, cancellationToken).ConfigureAwait(false);
        return again.Charge is not null || again.AppliedAt is not null
            ? again
            : throw new ChargeNotFoundException(DisplayText.Escape($"The correction '{noted.CorrectionId}' is noted, and its charge is not kept any more.")) { OperationId = noted.CorrectionId };
    }

    private async ValueTask<string> ReadStoreIdAsync(ICorrectionLedger ledger, string correctionId, CancellationToken cancellationToken)
    {
        try
        {
            return await identity.ReadAsync(ledger, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is BudgetStoreException or TimeoutException)
        {
            var message = $"The correction '{correctionId}' is not noted, and nothing is given back: {e.Message} Repeat it.";
            throw new ChargeUnconfirmedException(DisplayText.Escape(message), e) { OperationId = correctionId, MayHaveHappened = false };
        }
    }

    private async ValueTask<bool> FlushAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        try
        {
            await feeds.FlushAsync(cancellationToken).WaitAsync(longest, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async ValueTask<CorrectionAnswer> AskAsync(CorrectionCall call, CancellationToken cancellationToken)
    {
        try
        {
            return await store.CorrectAsync(call).AsTask().WaitAsync(context.StoreTimeout, context.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is BudgetStoreException or TimeoutException)
        {
            throw Unconfirmed(call.CorrectionId, e.Message, e);
        }
    }

    private async ValueTask<CorrectionReceipt> ReplayAsync(NotedCorrection noted, DateTimeOffset madeAt, CancellationToken cancellationToken)
    {
        var entryId = EntryIdOf(noted, madeAt);
        var entry = await feeds.Ledger.FindEntryAsync(entryId, cancellationToken).ConfigureAwait(false);
        return ReceiptOf(noted) with
        {
            EntryId = entryId,
            Time = madeAt,
            IsReplay = true,
            Counters = [.. (entry?.Counters ?? []).Select(counter => new CorrectedAmount(counter.Family, counter.Scope, counter.PeriodStart, counter.Unit, -counter.Amount))],
        };
    }

    private CorrectionCall CallOf(NotedCorrection noted, ImmutableArray<CorrectedCounter> counters, DateTimeOffset notAfter)
    {
        var charge = noted.Charge!;
        return new()
        {
            Partition = noted.Partition,
            OperationScope = noted.OperationScope,
            CorrectionId = noted.CorrectionId,
            Counters = counters,
            Retention = context.OperationIdRetention,
            NotAfter = notAfter,
            Fingerprint = noted.Fingerprint,
            AmountNanos = noted.AmountNanos,
            CorrectedEntryId = noted.ChargeId,
            Scopes = charge.Scopes,
            Operation = charge.Operation,
            Reason = noted.Reason,
            By = noted.By,
        };
    }

    /// <summary>What is to be taken from each counter: money as far as corrections before have not; units, which no amount of money says, with the last of the charge.</summary>
    private static ImmutableArray<CorrectedCounter> CountersOf(NotedCorrection noted, LedgerEntry charge)
    {
        var counters = ImmutableArray.CreateBuilder<CorrectedCounter>(charge.Counters.Length);
        foreach (var counter in charge.Counters)
        {
            var amount = counter.Unit is not null
                ? noted.IsWhole ? counter.Moved : 0
                : Math.Min(counter.Moved, noted.BeforeNanos + noted.AmountNanos) - Math.Min(counter.Moved, noted.BeforeNanos);
            if (amount > 0)
                counters.Add(new(counter.Family, counter.Scope, counter.Unit, LedgerTime.StartOf(counter.PeriodStart), amount));
        }
        return counters.DrainToImmutable();
    }

    private static CorrectedAmount AmountOf(CorrectedCounter counter, long moved) => new(
        counter.Family, counter.Scope, LedgerTime.PeriodOf(counter.PeriodStart), counter.Unit, moved / (counter.Unit is null ? LedgerEntry.NanosPerUnit : LedgerCounter.MicrosPerUnit));

    private CorrectionReceipt ReceiptOf(NotedCorrection noted) => new()
    {
        CorrectionId = noted.CorrectionId,
        OperationId = noted.Charge?.OperationId ?? "",
        Partition = noted.Partition,
        Amount = noted.AmountNanos / LedgerEntry.NanosPerUnit,
        Cost = noted.CostNanos / LedgerEntry.NanosPerUnit,
        Currency = noted.Charge?.Currency ?? context.Currency,
        CorrectedEntryId = noted.ChargeId!,
    };

    private static string EntryIdOf(NotedCorrection noted, DateTimeOffset madeAt) => new LedgerEntry
    {
        Kind = LedgerEntryKind.Correction, OperationId = noted.CorrectionId, OperationScope = noted.OperationScope, Partition = noted.Partition, Time = madeAt,
    }.Id;

    private static OperationConflictException Conflict(string correctionId) =>
        new(DisplayText.Escape($"The correction '{correctionId}' was made before with other content.")) { OperationId = correctionId };

    private static ChargeNotFoundException NotFound(CorrectionOrder order) => new(DisplayText.Escape(
        $"The ledger has no charge of {(order.OperationId is { } operation ? $"the operation '{operation}'" : $"the entry '{order.EntryId}'")}. It may not have arrived yet: the correction may be repeated."))
    {
        OperationId = order.CorrectionId,
    };

    private static CorrectionTooLargeException TooLarge(CorrectionOrder order, NotedCorrection noted)
    {
        var cost = noted.CostNanos / LedgerEntry.NanosPerUnit;
        var message = order.CostNanos is null
            ? string.Create(CultureInfo.InvariantCulture, $"Only {cost} is left of the charge; nothing was given back.")
            : string.Create(CultureInfo.InvariantCulture, $"The charge costs {cost} now, which is less. What a call has cost more is a charge of its own.");
        return new(message, cost) { OperationId = noted.CorrectionId };
    }

    private static ChargeUnconfirmedException Unconfirmed(string correctionId, string reason, Exception? cause) =>
        new(DisplayText.Escape($"The correction '{correctionId}' is noted, but was not confirmed: {reason} Repeat it, or wait: it is made within minutes."), cause) { OperationId = correctionId, MayHaveHappened = true };
}
