namespace BudgetFirewall.Conformance;

/// <summary>A reservation, what it holds, and how it was settled.</summary>
public sealed class ModelReservation(BudgetRequest request, decimal cost, DateTimeOffset takenAt, DateTimeOffset expiresAt)
{
    public BudgetRequest Request => request;

    public decimal Cost => cost;

    public bool IsIdGiven => request.OperationId is not null;

    public DateTimeOffset FirstExpiresAt { get; } = expiresAt;

    public DateTimeOffset ExpiresAt { get; private set; } = expiresAt;

    /// <summary>The latest moment at which the hold may still be counted if it is abandoned.</summary>
    public DateTimeOffset ReleasedBy => ExpiresAt + ((ExpiresAt - takenAt) / 8) + TimeSpan.FromSeconds(1);

    public List<ModelHold> Holds { get; } = [];

    public List<ModelTake> Takes { get; } = [];

    public ModelSettlement? Settlement { get; set; }

    public bool IsOpenAt(DateTimeOffset now) => Settlement is null && now < ExpiresAt;

    public void ExtendTo(DateTimeOffset end)
    {
        ExpiresAt = end;
        foreach (var hold in Holds)
            hold.Counter.KeepFor(this);
    }

    public void GiveBack()
    {
        foreach (var hold in Holds)
            hold.Counter.GiveBack(this);
    }
}
