namespace BudgetFirewall;

/// <summary>The part of one scope, as a database keeps it.</summary>
/// <param name="Scope">The scope as text.</param>
/// <param name="Weight">Its weight.</param>
/// <param name="Nanos">What it gets at each time.</param>
internal sealed record StoredShare(string Scope, string Weight, IReadOnlyList<long> Nanos);
