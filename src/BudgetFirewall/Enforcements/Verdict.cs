namespace BudgetFirewall;

/// <summary>The answer of one limit to one request.</summary>
public enum Verdict
{
    /// <summary>The limit has room for the request, or does not refuse what it has no room for.</summary>
    Admit,

    /// <summary>The limit has room, but the request must wait for its turn.</summary>
    Delay,

    /// <summary>The limit has no room, and the request is denied.</summary>
    Refuse,

    /// <summary>The limit has no room unless somebody approves more, and the request is denied until then.</summary>
    NeedsApproval,

    /// <summary>The limit is a shadow: it has no room and would refuse the request if it were enforced.</summary>
    WouldRefuse,
}
