namespace BudgetFirewall;

/// <summary>One erasure of a person, as the log of erasures has it, without who it was. Immutable.</summary>
/// <param name="Number">The number of the erasure, from 1.</param>
/// <param name="Time">The time.</param>
/// <param name="By">The person or program that asked for it.</param>
/// <param name="Reason">The reason that was given; null for none.</param>
/// <param name="Kind">The kind of scope, as <c>user</c>.</param>
/// <param name="ErasedId">What stands in the place of the id: <c>(erased 17)</c>.</param>
/// <param name="Entries">The number of entries that have named the person.</param>
/// <param name="Values">The number of values that leaves hold commitments of and that nothing proves any more.</param>
public sealed record LedgerErasureRecord(long Number, DateTimeOffset Time, string By, string? Reason, string Kind, string ErasedId, long Entries, long Values);
