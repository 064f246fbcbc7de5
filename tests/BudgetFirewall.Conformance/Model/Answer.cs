namespace BudgetFirewall.Conformance;

/// <summary>What a decision and a receipt have in common, or the exception that was thrown instead.</summary>
internal sealed class Answer
{
    public Exception? Exception { get; private init; }

    public BudgetReservation? Reservation { get; private init; }

    public BudgetDecision? Decision { get; private init; }

    public ChargeReceipt? Receipt { get; private init; }

    public string OperationId => Decision?.OperationId ?? Receipt!.OperationId;

    public bool IsAllowed => Decision?.IsAllowed ?? true;

    public bool IsReplay => Decision?.IsReplay ?? Receipt!.IsReplay;

    public decimal Cost => Decision?.Cost ?? Receipt!.Cost;

    public IReadOnlyList<BudgetState> Budgets => Decision?.Budgets ?? Receipt!.Budgets;

    public IReadOnlyList<BudgetWarning> Warnings => Decision?.Warnings ?? Receipt!.Warnings;

    public static async Task<Answer> OfAsync(IBudgetFirewall firewall, OperationKind kind, BudgetRequest request)
    {
        try
        {
            switch (kind)
            {
                case OperationKind.Check:
                    return new() { Decision = await firewall.TryCheckAsync(request) };
                case OperationKind.Spend:
                    return new() { Decision = await firewall.TrySpendAsync(request) };
                case OperationKind.Charge:
                    return new() { Receipt = await firewall.ChargeAsync(request) };
                default:
                    var reservation = await firewall.TryReserveAsync(request);
                    return new() { Decision = reservation.Decision, Reservation = reservation };
            }
        }
        catch (Exception e) when (e is BudgetFirewallException or ArgumentException or OverflowException)
        {
            return new() { Exception = e };
        }
    }

    public static async Task<Answer> OfAsync(Func<ValueTask<ChargeReceipt>> commit)
    {
        try
        {
            return new() { Receipt = await commit() };
        }
        catch (Exception e) when (e is BudgetFirewallException or ArgumentException or OverflowException)
        {
            return new() { Exception = e };
        }
    }
}
