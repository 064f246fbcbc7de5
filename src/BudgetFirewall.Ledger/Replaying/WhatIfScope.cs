namespace BudgetFirewall;

/// <summary>A scope and how often it was refused. Immutable.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Refused">The number of refusals.</param>
public sealed record WhatIfScope(BudgetScope Scope, long Refused);
