namespace BudgetFirewall.Conformance;

/// <summary>The four calls that carry an operation id, called alike.</summary>
public static class Operation
{
    public static async ValueTask<OperationAnswer> DoAsync(this IBudgetFirewall firewall, OperationKind kind, BudgetRequest request)
    {
        switch (kind)
        {
            case OperationKind.Check:
                return Answer(await firewall.TryCheckAsync(request));
            case OperationKind.Reserve:
                var reservation = await firewall.TryReserveAsync(request);
                return Answer(reservation.Decision) with { ReservationId = reservation.Id, ExpiresAt = reservation.ExpiresAt };
            case OperationKind.Spend:
                return Answer(await firewall.TrySpendAsync(request));
            default:
                var receipt = await firewall.ChargeAsync(request);
                return new(receipt.OperationId, DecisionOutcome.Allowed, receipt.Cost, receipt.IsReplay, receipt.Budgets, receipt.Warnings);
        }
    }

    private static OperationAnswer Answer(BudgetDecision decision) =>
        new(decision.OperationId, decision.Outcome, decision.Cost, decision.IsReplay, decision.Budgets, decision.Warnings);
}
