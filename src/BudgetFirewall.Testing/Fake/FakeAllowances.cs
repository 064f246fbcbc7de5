namespace BudgetFirewall.Testing;

/// <summary>The allowances that a fake firewall keeps, of budgets of which nothing is ever spent. Thread-safe.</summary>
internal sealed class FakeAllowances
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string? Partition, string BudgetId, BudgetScope Scope), decimal> _amounts = [];
    private readonly Dictionary<(string? Partition, string? Scope, string Id), (BudgetAllowance Content, bool IsRevocation, AllowanceChange First)> _operations = [];

    public AllowanceChange Change(Budget budget, BudgetAllowance allowance, string? partition, bool isRevocation, DateTimeOffset now)
    {
        lock (_lock)
        {
            var key = (partition, allowance.BudgetId, allowance.Scope);
            var before = _amounts.GetValueOrDefault(key);
            if (allowance.OperationId is { } id && _operations.TryGetValue((partition, allowance.OperationScope, id), out var known))
            {
                return known.Content == allowance && known.IsRevocation == isRevocation
                    ? known.First with { Budget = known.First.Budget with { Allowance = before, AsOf = now }, IsReplay = true }
                    : throw new OperationConflictException($"The operation '{id}' was done before with other content.") { OperationId = id };
            }
            var amount = isRevocation ? -Math.Min(allowance.Amount, before) : allowance.Amount;
            _amounts[key] = before + amount;
            var change = new AllowanceChange
            {
                Budget = StateOf(budget, allowance.Scope, before + amount, now),
                Amount = amount,
                Partition = partition,
                Reason = allowance.Reason,
                By = allowance.By,
                OperationId = allowance.OperationId ?? Guid.NewGuid().ToString("N"),
            };
            if (allowance.OperationId is not null)
                _operations[(partition, allowance.OperationScope, allowance.OperationId)] = (allowance, isRevocation, change);
            return change;
        }
    }

    private static BudgetState StateOf(Budget budget, BudgetScope scope, decimal allowance, DateTimeOffset now) => new()
    {
        BudgetId = budget.Id,
        Name = budget.Name,
        Scope = scope,
        Period = budget.Period,
        TimeZone = budget.TimeZone,
        Unit = budget.Unit,
        Enforcement = budget.Enforcement,
        Throttle = budget.Throttle,
        Limit = budget.Limit,
        Allowance = allowance,
        IsForEach = budget.Scope.IsEach,
        AsOf = now,
    };
}
