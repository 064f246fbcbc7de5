using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The amount that an entry has really moved in one counter. Immutable.</summary>
/// <param name="Family">The family of the counter, as <c>user/day</c>: <see cref="CounterFamily.Name"/>.</param>
/// <param name="Scope">The scope that the counter belongs to.</param>
/// <param name="PeriodStart">The start of its period; null for a counter without periods.</param>
/// <param name="Unit">The usage unit that is counted; null for money.</param>
/// <param name="Moved">The amount in whole nanos of money or micros of a unit; below zero where the counter went down.</param>
public sealed record LedgerCounter(string Family, BudgetScope Scope, DateTimeOffset? PeriodStart, string? Unit, long Moved)
{
    /// <summary>The amount in currency units or units of usage.</summary>
    public decimal Amount => Moved / (Unit is null ? LedgerEntry.NanosPerUnit : MicrosPerUnit);

    /// <summary>The time until which the counter is needed; null for always, or where it is not known. It is not read back.</summary>
    internal DateTimeOffset? KeptUntil { get; init; }

    internal const decimal MicrosPerUnit = 1_000_000m;
}
