using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Divides a shared cost, exactly: first among the scopes, then the part of each over the days.</summary>
internal static class AllocationDivision
{
    // Of so many digits, products with nanos have room in 128 bits.
    private const decimal LargestWeight = 9_000_000_000_000_000_000m;

    /// <summary>The parts by their scopes. They add up to the amount, whatever the order of the weights is: of equal fractions, the scope with the lower name gets the nano.</summary>
    /// <param name="amountNanos">The amount.</param>
    /// <param name="weights">The weight of each scope, 0 or more, at least one of them above.</param>
    /// <param name="days">The weight of each day.</param>
    public static ImmutableArray<AllocationShare> Of(long amountNanos, IEnumerable<AllocationTarget> weights, IReadOnlyList<(DateTimeOffset Start, long Weight)> days)
    {
        AllocationTarget[] ordered = [.. weights.OrderBy(target => target.Scope.Kind, StringComparer.Ordinal).ThenBy(target => target.Scope.Id, StringComparer.Ordinal)];
        var parts = AmountShares.Of(amountNanos, Whole(ordered));
        long[] ofDays = [.. days.Select(day => day.Weight)];
        return [.. ordered.Select((target, i) => new AllocationShare(target.Scope, target.Weight, parts[i] / LedgerEntry.NanosPerUnit) { Nanos = [.. AmountShares.Of(parts[i], ofDays)] })];
    }

    /// <summary>The weights as whole numbers, by one factor that leaves the largest of them as many digits as there is room for.</summary>
    private static long[] Whole(AllocationTarget[] targets)
    {
        var largest = targets.Max(target => target.Weight);
        var factor = 1m;
        while (largest * factor > LargestWeight)
            factor /= 10;
        while (largest * factor * 10 <= LargestWeight && factor < LargestWeight)
            factor *= 10;
        return [.. targets.Select(target => (long)decimal.Truncate(target.Weight * factor))];
    }
}
