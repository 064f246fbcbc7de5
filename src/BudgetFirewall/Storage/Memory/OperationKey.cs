namespace BudgetFirewall.Storage;

/// <summary>The key of one remembered operation. Each kind of check has an id space of its own; all other operations share one.</summary>
internal readonly record struct OperationKey(string? Partition, string? Scope, OperationId Operation, DecisionKind Space)
{
    /// <summary>The space of reservations, spends and charges.</summary>
    public const DecisionKind SharedSpace = DecisionKind.Reserve;

    public static OperationKey Of(DecisionCall call) => new(call.Partition, call.OperationScope, call.Operation, call.CountsInBudgets ? SharedSpace : call.Kind);

    public static OperationKey Of(HeldReservation reservation) => new(reservation.Partition, reservation.OperationScope, reservation.Operation, SharedSpace);

    // The key is hashed several times per call, and mostly it has neither partition nor scope.
    public override int GetHashCode()
    {
        var hash = Operation.GetHashCode();
        if (Partition is not null || Scope is not null)
            hash = HashCode.Combine(hash, Partition, Scope);
        return Space == SharedSpace ? hash : ~hash;
    }
}
