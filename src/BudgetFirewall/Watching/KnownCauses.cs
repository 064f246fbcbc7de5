using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The causes that a look has found in open alerts: what it finds of them is no news. Not thread-safe.</summary>
internal sealed class KnownCauses
{
    private readonly HashSet<(string Rule, AlertCause Cause)> _budgets = [];
    private readonly HashSet<AlertCause> _pools = [];

    /// <summary>Adds the causes of an alert that is open.</summary>
    public void Add(AlertRecord record, Func<AlertCause, bool> isOver)
    {
        foreach (var cause in record.Causes)
        {
            if (cause.Kind == AlertCauseKind.Budget && !isOver(cause))
                _budgets.Add((record.Alert.Rule, KeyOf(cause)));
            else if (cause.Kind == AlertCauseKind.Pool)
                _pools.Add(KeyOf(cause));
        }
    }

    /// <summary>True where an alert of the rule has the cause.</summary>
    public bool Contains(string rule, AlertCause cause) => _budgets.Contains((rule, KeyOf(cause)));

    /// <summary>True where an alert of any rule tells that a pool is used up, or was until now.</summary>
    public bool HasPool(string poolId, string? partition) => _pools.Contains(new(AlertCauseKind.Pool, poolId, null, partition));

    private static AlertCause KeyOf(AlertCause cause) => cause with { Threshold = null, EndsAt = null };
}
