namespace BudgetFirewall.Testing;

/// <summary>A reservation that a fake firewall has granted, and its end.</summary>
internal sealed class FakeHold(string id, BudgetRequest request, BudgetDecision decision, DateTimeOffset expiresAt)
{
    public string Id => id;

    public BudgetRequest Request => request;

    public BudgetDecision Decision => decision;

    public DateTimeOffset ExpiresAt { get; set; } = expiresAt;

    public ChargeReceipt? Receipt { get; set; }

    public bool IsReleased { get; set; }

    public bool IsOpen => Receipt is null && !IsReleased;
}
