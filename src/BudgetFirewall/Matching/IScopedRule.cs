namespace BudgetFirewall;

/// <summary>A limit that matching finds by scope and filter.</summary>
internal interface IScopedRule
{
    BudgetScope Scope { get; }

    RequestFilter Filter { get; }

    /// <summary>Equal for a limit on one id and the limit on each id that it replaces.</summary>
    string ReplacementKey { get; }

    /// <summary>What limits of one kind are ordered by.</summary>
    string OrderKey { get; }
}
