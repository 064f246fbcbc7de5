namespace BudgetFirewall.Testing;

/// <summary>What a fake firewall has charged, and what was given back of it. Every member is called under its lock.</summary>
internal sealed class FakeCharges(TimeProvider timeProvider)
{
    private readonly List<Charge> _charges = [];
    private readonly Dictionary<(string? Scope, string Id), Made> _corrections = [];

    public void Add(string? scope, string operationId, decimal cost) => _charges.Add(new(scope, operationId, FormattableString.Invariant($"entry-{_charges.Count + 1}"), cost));

    /// <summary>Gives an amount back, or what a charge was more than a cost, or all that is left where neither is given. It has no counters, since a fake firewall counts nothing.</summary>
    public CorrectionReceipt Correct(ChargeCorrection correction, decimal? amount, decimal? cost)
    {
        Check(correction, amount, cost);
        var charge = Find(correction) ?? throw new ChargeNotFoundException("There is no such charge.") { OperationId = correction.CorrectionId };
        var key = (charge.Scope, correction.CorrectionId);
        if (_corrections.TryGetValue(key, out var made))
        {
            return (made.Correction, made.Amount, made.Cost) == (correction, amount, cost)
                ? made.Receipt with { Cost = charge.Cost, IsReplay = true }
                : throw new OperationConflictException($"The correction '{correction.CorrectionId}' was made before with other content.") { OperationId = correction.CorrectionId };
        }
        var receipt = new CorrectionReceipt { CorrectionId = correction.CorrectionId, OperationId = charge.OperationId, Amount = 0, Cost = charge.Cost, Currency = "USD", CorrectedEntryId = charge.EntryId };
        if (cost == charge.Cost && !charge.IsGivenBack)
            return receipt;
        var given = amount ?? charge.Cost - (cost ?? 0);
        if (charge.IsGivenBack || given < 0 || given > charge.Cost)
            throw new CorrectionTooLargeException($"Only {charge.Cost} is left of the charge; nothing was given back.", charge.Cost) { OperationId = correction.CorrectionId };
        charge.Cost -= given;
        charge.IsGivenBack = charge.Cost == 0;
        receipt = receipt with { Amount = given, Cost = charge.Cost, EntryId = FormattableString.Invariant($"correction-{_corrections.Count + 1}"), Time = timeProvider.GetUtcNow() };
        _corrections[key] = new(correction, amount, cost, receipt);
        return receipt;
    }

    private static void Check(ChargeCorrection correction, decimal? amount, decimal? cost)
    {
        if (amount <= 0)
            throw new ArgumentOutOfRangeException(nameof(amount), amount, "The amount to give back must be above 0.");
        if (cost < 0)
            throw new ArgumentOutOfRangeException(nameof(cost), cost, "The cost must be 0 or more.");
        if (new[] { correction.OperationId, correction.ReservationId, correction.EntryId }.Count(name => name is not null) != 1)
            throw new ArgumentException("The charge must be named by one of OperationId, ReservationId and EntryId.", nameof(correction));
        if (correction.OperationId is null && (correction.OperationScope is not null || correction.Partition is not null))
            throw new ArgumentException("OperationScope and Partition go with OperationId.", nameof(correction));
    }

    private Charge? Find(ChargeCorrection correction)
    {
        if (correction.EntryId is { } entryId)
            return _charges.Find(charge => charge.EntryId == entryId);
        var (scope, operationId) = (correction.OperationScope, correction.OperationId);
        if (correction.ReservationId is { } reservationId)
        {
            if (!ReservationIdentity.TryParse(reservationId, out var identity))
                return null;
            (scope, operationId) = (identity.OperationScope, identity.OperationId);
        }
        return _charges.FindLast(charge => charge.Scope == scope && charge.OperationId == operationId);
    }

    private sealed class Charge(string? scope, string operationId, string entryId, decimal cost)
    {
        public string? Scope => scope;

        public string OperationId => operationId;

        public string EntryId => entryId;

        /// <summary>What it costs after all corrections.</summary>
        public decimal Cost { get; set; } = cost;

        public bool IsGivenBack { get; set; }
    }

    private sealed record Made(ChargeCorrection Correction, decimal? Amount, decimal? Cost, CorrectionReceipt Receipt);
}
