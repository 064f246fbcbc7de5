using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Gives back what was charged, where the firewall has a ledger.</summary>
internal sealed class ChargeCorrections(SettingsSource settings, IChargeCorrector? corrector, DenialCache denials, EventReporter events)
{
    /// <summary>Gives an amount back, or all that is left of the charge.</summary>
    public ValueTask<CorrectionReceipt> RefundAsync(ChargeCorrection correction, decimal? amount, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(correction);
        if (amount <= 0)
            throw new ArgumentOutOfRangeException(nameof(amount), amount, "The amount to give back must be above 0.");
        long? nanos = amount is { } given ? Money.ExactNanos(given, nameof(amount)) : null;
        return CorrectAsync(OrderOf(correction, amount is null ? "refund-all" : "refund", amount ?? 0) with { AmountNanos = nanos }, cancellationToken);
    }

    /// <summary>Gives back what a charge was more than a cost.</summary>
    public ValueTask<CorrectionReceipt> CorrectAsync(ChargeCorrection correction, decimal cost, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(correction);
        return CorrectAsync(OrderOf(correction, "correct", cost) with { CostNanos = Money.ExactNanos(cost, nameof(cost)) }, cancellationToken);
    }

    private async ValueTask<CorrectionReceipt> CorrectAsync(CorrectionOrder order, CancellationToken cancellationToken)
    {
        if (corrector is null)
            throw new NotSupportedException("What was charged can be given back only where a ledger has it: this firewall has none.");
        var receipt = await corrector.CorrectAsync(order, cancellationToken).ConfigureAwait(false);
        foreach (var counter in receipt.Counters)
            denials.MadeRoom(receipt.Partition, counter.Family, counter.Scope.Id);
        events.ChargeCorrected(receipt);
        return receipt;
    }

    private CorrectionOrder OrderOf(ChargeCorrection correction, string kind, decimal amount)
    {
        var names = new[] { correction.OperationId, correction.ReservationId, correction.EntryId };
        if (names.Count(name => name is not null) != 1)
            throw new ArgumentException("The charge must be named by one of OperationId, ReservationId and EntryId.", nameof(correction));
        if (correction.OperationId is null && (correction.OperationScope is not null || correction.Partition is not null))
            throw new ArgumentException("OperationScope and Partition go with OperationId.", nameof(correction));
        var order = new CorrectionOrder
        {
            EntryId = correction.EntryId,
            CorrectionId = correction.CorrectionId,
            Reason = correction.Reason,
            By = correction.By,
            Fingerprint = RequestFingerprint.Fingerprint(kind, amount, [.. names, correction.OperationScope, correction.Partition, correction.Reason, correction.By]),
        };
        if (correction.ReservationId is { } reservationId)
        {
            return new ReservationIdArgument(reservationId, settings.Current.PartitionBy).Identity is { } identity
                ? order with { OperationId = identity.OperationId, OperationScope = identity.OperationScope, Partition = identity.Partition }
                : throw new ChargeNotFoundException(DisplayText.Escape($"'{reservationId}' is the id of no reservation.")) { OperationId = correction.CorrectionId };
        }
        return correction.OperationId is null ? order : order with
        {
            OperationId = correction.OperationId,
            OperationScope = correction.OperationScope,
            Partition = Partitions.Check(correction.Partition, settings.Current.PartitionBy),
        };
    }
}
