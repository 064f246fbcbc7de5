namespace BudgetFirewall;

/// <summary>A member that leaves its pool, and the limit that it had.</summary>
internal sealed record RetiringMember
{
    public string Scope { get; set; } = "";

    public long Amount { get; set; }
}
