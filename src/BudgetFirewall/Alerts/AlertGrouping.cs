namespace BudgetFirewall;

/// <summary>The properties by which events are put together in one alert: those that are alike in all of a rule's are one.</summary>
public enum AlertGrouping
{
    /// <summary>The type of the event.</summary>
    Type,

    /// <summary>The id of what it is about: the budget, rate limit, approval, pool or operation, or <c>store</c>.</summary>
    Subject,

    /// <summary>The scope, as <c>user=alice</c>.</summary>
    Scope,

    /// <summary>The kind of the scope, as <c>user</c>.</summary>
    ScopeKind,

    /// <summary>The partition.</summary>
    Partition,
}
