using System.Collections.Immutable;

namespace BudgetFirewall;

/// <summary>One request that is decided otherwise than in fact. Immutable.</summary>
/// <param name="EntryId">The id of the entry that tells of it.</param>
/// <param name="Time">The time of the entry.</param>
/// <param name="InFact">The outcome in fact.</param>
/// <param name="Outcome">The outcome by the other configuration.</param>
/// <param name="Cost">The money that it has cost or has asked for; null where it is not known.</param>
/// <param name="Limits">The limits that refuse it, each with the scope for which it does; empty where it is allowed.</param>
/// <param name="Scopes">The scopes of the request by their kinds.</param>
public sealed record WhatIfDifference(
    string EntryId, DateTimeOffset Time, DecisionOutcome InFact, DecisionOutcome Outcome, decimal? Cost, ImmutableArray<WhatIfRefusal> Limits, IReadOnlyDictionary<string, string> Scopes);
