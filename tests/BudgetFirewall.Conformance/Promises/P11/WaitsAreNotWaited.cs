using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>A store whose callers need not wait for their turns, so that a test sees at once what the store has decided. The verdicts still have the waits.</summary>
internal sealed class WaitsAreNotWaited(IBudgetStore inner) : StoreDecorator(inner)
{
    public override async ValueTask<DecisionAnswer> DecideAsync(DecisionCall call)
    {
        var answer = await base.DecideAsync(call);
        return new()
        {
            Status = answer.Status,
            Now = answer.Now,
            IsReplay = answer.IsReplay,
            CostNanos = answer.CostNanos,
            IsCostUnknown = answer.IsCostUnknown,
            Readings = answer.Readings,
            Judgements = answer.Judgements,
            Reservation = answer.Reservation,
            Overruns = answer.Overruns,
            Warnings = answer.Warnings,
        };
    }
}
