namespace BudgetFirewall.Reliability;

/// <summary>What several processes asked for and were told, the order in which the store did it, and what it stands at in the end.</summary>
/// <param name="Calls">Every call, as its caller saw it.</param>
/// <param name="Steps">Every script, in the store's order.</param>
/// <param name="Totals">Spent and held of each scope, in the end.</param>
/// <param name="ReadAt">When the totals were read, by the store's clock.</param>
internal sealed record History(
    IReadOnlyList<TracedCall> Calls,
    IReadOnlyList<StoreStep> Steps,
    IReadOnlyDictionary<BudgetScope, (decimal Spent, decimal Held)> Totals,
    DateTimeOffset ReadAt);
