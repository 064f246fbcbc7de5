namespace BudgetFirewall;

/// <summary>Something that could not be replayed, or not as it happened. Immutable.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Count">The number of requests or changes that it concerns.</param>
/// <param name="Example">The message of the first one; null where the reason says all.</param>
public sealed record WhatIfOmission(WhatIfOmissionReason Reason, long Count, string? Example);
