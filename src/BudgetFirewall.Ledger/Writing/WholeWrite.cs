namespace BudgetFirewall.Storage;

/// <summary>What is to be written in one transaction, and what is answered when it is.</summary>
/// <typeparam name="T">The answer.</typeparam>
/// <param name="Answer">The answer.</param>
/// <param name="Entries">The entries, however many.</param>
/// <param name="Rows">Other rows that go with them.</param>
/// <param name="Event">The event that tells of them; null for none.</param>
internal readonly record struct WholeWrite<T>(T Answer, IReadOnlyList<LedgerEntry> Entries, IReadOnlyList<LedgerRows> Rows, BudgetEvent? Event = null);
