namespace BudgetFirewall;

/// <summary>The members that a problem has for a charge that was not confirmed.</summary>
internal sealed record UnconfirmedDetails
{
    public string? OperationId { get; init; }

    public string? ReservationId { get; init; }

    public bool MayHaveHappened { get; init; }
}
