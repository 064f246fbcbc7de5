namespace BudgetFirewall;

/// <summary>A limit that refuses a request, and the scope for which it does. Immutable.</summary>
/// <param name="LimitId">The limit's id.</param>
/// <param name="Kind">A budget or a rate limit.</param>
/// <param name="Scope">The scope.</param>
public sealed record WhatIfRefusal(string LimitId, LimitKind Kind, BudgetScope Scope);
