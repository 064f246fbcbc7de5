namespace BudgetFirewall.Storage;

/// <summary>The key of one remembered operation. Each kind of check has an id space of its own, and so have changes of allowances and corrections; all other operations share one.</summary>
internal readonly record struct OperationKey(string? Partition, string? Scope, OperationId Operation, OperationSpace Space)
{
    public static OperationKey Of(DecisionCall call) => new(call.Partition, call.OperationScope, call.Operation, SpaceOf(call.Kind));

    public static OperationKey Of(HeldReservation reservation) => new(reservation.Partition, reservation.OperationScope, reservation.Operation, OperationSpace.Shared);

    public static OperationKey Of(AllowanceCall call) => new(call.Partition, call.OperationScope, OperationId.Of(call.OperationId), OperationSpace.Allowance);

    public static OperationKey Of(CorrectionCall call) => new(call.Partition, call.OperationScope, OperationId.Of(call.CorrectionId), OperationSpace.Correction);

    // The key is hashed several times per call, and mostly it has neither partition nor scope.
    public override int GetHashCode()
    {
        var hash = Operation.GetHashCode();
        if (Partition is not null || Scope is not null)
            hash = HashCode.Combine(hash, Partition, Scope);
        return Space == OperationSpace.Shared ? hash : ~hash;
    }

    private static OperationSpace SpaceOf(DecisionKind kind) => kind switch
    {
        DecisionKind.Reserve or DecisionKind.Spend or DecisionKind.Charge => OperationSpace.Shared,
        DecisionKind.Check => OperationSpace.Check,
        DecisionKind.CheckRateLimits => OperationSpace.CheckRateLimits,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of decision."),
    };
}
