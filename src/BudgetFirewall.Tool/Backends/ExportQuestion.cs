namespace BudgetFirewall.Tool;

/// <summary>Which entries are to be written.</summary>
internal sealed record ExportQuestion(DateTimeOffset? From, DateTimeOffset? To, IReadOnlyList<LedgerEntryKind> Kinds, IReadOnlyDictionary<string, string> Scopes);
