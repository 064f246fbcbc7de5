namespace BudgetFirewall.Storage;

/// <summary>A scope as a database keeps it.</summary>
/// <param name="KindId">The id of its kind.</param>
/// <param name="Kind">Its kind, as it is kept.</param>
/// <param name="Id">The id by which requests name it.</param>
internal sealed record StoredScope(long KindId, string Kind, string Id);
