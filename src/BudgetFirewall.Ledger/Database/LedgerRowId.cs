namespace BudgetFirewall.Storage;

/// <summary>The id of a row in a table that keeps each once.</summary>
/// <param name="Id">The id.</param>
/// <param name="IsNew">True when the row was not there before.</param>
public readonly record struct LedgerRowId(long Id, bool IsNew);
