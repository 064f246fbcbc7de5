namespace BudgetFirewall;

/// <summary>A cost as the firewall needs it: no lines, whole nanos.</summary>
/// <param name="Nanos">The cost, rounded up; the known part when unknown.</param>
/// <param name="IsUnknown">True when nothing prices the request, or when the price needs usage that is not given.</param>
internal readonly record struct CostQuote(long Nanos, bool IsUnknown);
