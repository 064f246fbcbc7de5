using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>A store whose secret is known only after a call was answered, as that of a store that other processes share.</summary>
public sealed class SecretUntilReached(IBudgetStore inner) : StoreDecorator(inner)
{
    private volatile bool _isReached;

    public override ReadOnlyMemory<byte> ReservationSecret(string? partition) => _isReached ? Inner.ReservationSecret(partition) : default;

    public override async ValueTask<DecisionAnswer> DecideAsync(DecisionCall call) => Reached(await Inner.DecideAsync(call));

    public override async ValueTask<HeldReservation?> FindReservationAsync(string? partition, string? operationScope, string operationId) =>
        Reached(await Inner.FindReservationAsync(partition, operationScope, operationId));

    public override async ValueTask<StatusAnswer> ReadStatusAsync(StatusCall call) => Reached(await Inner.ReadStatusAsync(call));

    private T Reached<T>(T answer)
    {
        _isReached = true;
        return answer;
    }
}
