namespace BudgetFirewall.Testing;

/// <summary>One call that a <see cref="FakeBudgetFirewall"/> was asked for. Immutable.</summary>
public sealed record FirewallCall
{
    /// <summary>The kind of call.</summary>
    public required FirewallCallKind Kind { get; init; }

    /// <summary>The request; for a commit, release or extension that of the reservation. Null where it is not known.</summary>
    public BudgetRequest? Request { get; init; }

    /// <summary>The reservation; null where there is none.</summary>
    public string? ReservationId { get; init; }

    /// <summary>The decision on a check, reservation or spend; null for other calls, and when the call was scripted to fail.</summary>
    public BudgetDecision? Decision { get; init; }

    /// <summary>The usage committed; null where none was.</summary>
    public BudgetUsage? Usage { get; init; }

    /// <summary>The amount charged, in currency units; null where nothing was charged.</summary>
    public decimal? Cost { get; init; }

    /// <summary>The refund or correction that was asked for; null for other calls.</summary>
    public ChargeCorrection? Correction { get; init; }

    /// <summary>The amount that was given back of a charge, in currency units; null where nothing was.</summary>
    public decimal? GivenBack { get; init; }

    /// <summary>Makes one line for people to read: the kind, provider, operation, reservation, outcome, and what was charged or given back.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Kind}{(Request is null ? "" : $" {Request.Provider}/{Request.Operation}")}{(ReservationId is null ? "" : $" of {ReservationId}")}{(Decision is null ? "" : $": {Decision.Outcome}")}{(Cost is null ? "" : $", charged {Cost}")}{(GivenBack is null ? "" : $", gave back {GivenBack}")}");
}
