namespace BudgetFirewall;

/// <summary>A budget that is in force, active or not, with its id, which a budget derives at each reading. Immutable.</summary>
/// <param name="Id">The budget's id.</param>
/// <param name="Budget">The budget; null in an entry that is only compared with others.</param>
/// <param name="IsRunTime">True when it was set at run time.</param>
internal sealed record BudgetInForce(string Id, Budget Budget, bool IsRunTime)
{
    /// <summary>The order of lists.</summary>
    public static IComparer<BudgetInForce> ById { get; } = Comparer<BudgetInForce>.Create((one, other) => string.CompareOrdinal(one.Id, other.Id));

    /// <summary>An entry that compares as one of an id does.</summary>
    public static BudgetInForce Probe(string id) => new(id, null!, IsRunTime: false);
}
