using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>A store's answer to an <see cref="AdaptCall"/>. Immutable.</summary>
public sealed class AdaptAnswer
{
    /// <summary>True when the catalog has another version than the call, and nothing was done.</summary>
    public bool IsStaleCatalog { get; init; }

    /// <summary>True when the store's time is outside the call's <see cref="AdaptCall.Validity"/>, and nothing was done.</summary>
    public bool IsOtherTime { get; init; }

    /// <summary>The store's time of the answer, UTC.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The changes of the rate limits, in the call's order; empty when nothing was done.</summary>
    public ImmutableArray<AdaptiveChange> Changes { get; init; } = [];
}
