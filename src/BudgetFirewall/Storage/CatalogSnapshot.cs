using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>The runtime budgets of a partition at one moment. Immutable.</summary>
/// <param name="Version">An opaque text that changes with every change of the catalog; empty while it has never been changed.</param>
/// <param name="Budgets">The runtime budgets, inactive ones included.</param>
public sealed record CatalogSnapshot(string Version, ImmutableArray<Budget> Budgets)
{
    /// <summary>The runtime budgets that are stored but cannot be read. The others are in force nevertheless.</summary>
    public ImmutableArray<UnreadableBudget> Unreadable { get; init; } = [];

    /// <summary>A catalog that has never been changed.</summary>
    public static CatalogSnapshot Empty { get; } = new("", []);
}
