namespace BudgetFirewall;

/// <summary>A cost as the firewall needs it: no lines, whole nanos.</summary>
/// <param name="Nanos">The cost, rounded up; the known part when unknown.</param>
/// <param name="IsUnknown">True when the price needs usage that is not given.</param>
/// <param name="NeedsUsage">True when what is missing is the usage of a priced model.</param>
internal readonly record struct CostQuote(long Nanos, bool IsUnknown, bool NeedsUsage);
