namespace BudgetFirewall.Storage;

/// <summary>The key of one remembered operation. Checks have an id space of their own.</summary>
internal readonly record struct OperationKey(string? Partition, string? Scope, OperationId Operation, bool IsCheck)
{
    public static OperationKey Of(DecisionCall call) => new(call.Partition, call.OperationScope, call.Operation, call.Kind == DecisionKind.Check);

    public static OperationKey Of(HeldReservation reservation) => new(reservation.Partition, reservation.OperationScope, reservation.Operation, IsCheck: false);

    // The key is hashed several times per call, and mostly it has neither partition nor scope.
    public override int GetHashCode()
    {
        var hash = Operation.GetHashCode();
        if (Partition is not null || Scope is not null)
            hash = HashCode.Combine(hash, Partition, Scope);
        return IsCheck ? ~hash : hash;
    }
}
