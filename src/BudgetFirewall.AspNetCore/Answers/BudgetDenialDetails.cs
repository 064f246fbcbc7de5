namespace BudgetFirewall;

/// <summary>
/// Members that the body of a denial has beside the usual ones. The ids are those of the request, which a caller who knows them already may be shown; ids of budgets are never shown.
/// </summary>
[Flags]
public enum BudgetDenialDetails
{
    /// <summary>None: the body names kinds of scopes and no ids.</summary>
    None = 0,

    /// <summary><c>userId</c>: the user who would have paid.</summary>
    UserId = 1,

    /// <summary><c>projectId</c>: the project that would have paid.</summary>
    ProjectId = 2,

    /// <summary><c>provider</c>: the provider that would have been paid.</summary>
    Provider = 4,

    /// <summary><c>operation</c>: the operation that was asked for.</summary>
    Operation = 8,

    /// <summary><c>model</c>: the model that was asked for.</summary>
    Model = 16,

    /// <summary>
    /// <c>decision</c> says what to do instead of why: <c>throttle</c> where a rate limit or a throttled budget refuses and the request fits later, and <c>reject</c> in all other cases.
    /// The reason, which is otherwise <c>decision</c>, is then <c>outcome</c>.
    /// </summary>
    Action = 32,

    /// <summary>All of them.</summary>
    All = UserId | ProjectId | Provider | Operation | Model | Action,
}
