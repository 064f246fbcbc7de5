using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>A budget or rate limit that is in force, active or not. Immutable.</summary>
/// <param name="Definition">The limit.</param>
/// <param name="IsRunTime">True when it was set at run time.</param>
internal sealed record LimitInForce(LimitDefinition Definition, bool IsRunTime)
{
    /// <summary>The order of lists.</summary>
    public static IComparer<LimitInForce> Order { get; } = Comparer<LimitInForce>.Create((one, other) => LimitKey.Order.Compare(one.Key, other.Key));

    public LimitKey Key => Definition.Key;

    /// <summary>An entry that compares as the one of a key does.</summary>
    public static LimitInForce Probe(LimitKey key) => new(LimitDefinition.Probe(key), IsRunTime: false);
}
