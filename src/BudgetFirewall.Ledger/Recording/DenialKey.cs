namespace BudgetFirewall;

/// <summary>Names the denials of a minute that one entry counts together.</summary>
/// <param name="Outcome">The outcome; allowed where a shadow limit would have refused.</param>
/// <param name="Partition">The partition; null without partitions.</param>
/// <param name="Limit">The limit that has decided, for its scope and period; null where none has, as when the store could not answer.</param>
internal readonly record struct DenialKey(DecisionOutcome Outcome, string? Partition, LedgerCounter? Limit);
