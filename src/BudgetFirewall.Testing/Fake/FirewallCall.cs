namespace BudgetFirewall.Testing;

/// <summary>One call that a <see cref="FakeBudgetFirewall"/> was asked for. Immutable.</summary>
public sealed record FirewallCall
{
    /// <summary>What was called.</summary>
    public required FirewallCallKind Kind { get; init; }

    /// <summary>The request; of the reservation where one is settled or extended, null where that is unknown.</summary>
    public BudgetRequest? Request { get; init; }

    /// <summary>The reservation; null where there is none.</summary>
    public string? ReservationId { get; init; }

    /// <summary>What was decided; null but for check, reserve and spend, and when the call was scripted to fail.</summary>
    public BudgetDecision? Decision { get; init; }

    /// <summary>The usage committed; null where none was.</summary>
    public BudgetUsage? Usage { get; init; }

    /// <summary>What was charged, in currency units; null where nothing was.</summary>
    public decimal? Cost { get; init; }

    /// <summary>One line for people. Names scopes.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Kind}{(Request is null ? "" : $" {Request.Provider}/{Request.Operation}")}{(ReservationId is null ? "" : $" of {ReservationId}")}{(Decision is null ? "" : $": {Decision.Outcome}")}{(Cost is null ? "" : $", charged {Cost}")}");
}
