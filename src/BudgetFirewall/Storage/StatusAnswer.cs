using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>A store's answer to a <see cref="StatusCall"/>. Immutable.</summary>
public sealed class StatusAnswer
{
    /// <summary>True when the catalog has another version than the call, and nothing was read.</summary>
    public bool IsStaleCatalog { get; init; }

    /// <summary>True when the store's time is outside the call's <see cref="StatusCall.Validity"/>, and nothing was read.</summary>
    public bool IsOtherTime { get; init; }

    /// <summary>The store's time of the answer, UTC.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The readings of the limits, in the call's order.</summary>
    public ImmutableArray<LimitReading> Readings { get; init; } = [];
}
