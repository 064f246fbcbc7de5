using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>Keeps the last decision that passes through it, so that tests can change and repeat it.</summary>
internal sealed class RecordingStore(IBudgetStore inner) : StoreDecorator(inner)
{
    public DecisionCall? Decision { get; private set; }

    public HeldReservation? Reservation { get; private set; }

    public override async ValueTask<DecisionAnswer> DecideAsync(DecisionCall call)
    {
        Decision = call;
        var answer = await base.DecideAsync(call);
        Reservation = answer.Reservation;
        return answer;
    }
}
