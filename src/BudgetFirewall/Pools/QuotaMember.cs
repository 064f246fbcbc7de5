using System.Globalization;

namespace BudgetFirewall;

/// <summary>A member of a pool: a scope that gets a part of it. Compares by content; immutable and thread-safe.</summary>
public sealed record QuotaMember
{
    private const decimal MaxWeight = 1_000_000m;

    /// <summary>The scope, one id of any kind but global.</summary>
    /// <exception cref="ArgumentException">The value is the default scope, every id of a kind, or global, which contains the other members.</exception>
    public required BudgetScope Scope { get; init => field = CheckScope(value); }

    /// <summary>The weight of the member's share beside that of others: above 0 up to 1,000,000, in steps of 0.000001. Default: 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range or has more decimal places.</exception>
    public decimal Weight { get; init => field = CheckWeight(value); } = 1m;

    /// <summary>The place of the member's tier with <see cref="QuotaStrategy.Priority"/>, the smallest first; other strategies do not take one. Default: 0.</summary>
    public int Priority { get; init; }

    /// <summary>The amount that the member gets before others are given more, with <see cref="QuotaStrategy.Reserved"/> and <see cref="QuotaStrategy.Dynamic"/>; other strategies do not take one. Default: 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or above 9,000,000,000,000. The rest is checked where the pool is used.</exception>
    public decimal Minimum { get; init => field = UnitAmount.CheckAmount(value, nameof(Minimum)); }

    /// <summary>The most that the member gets; null: without bound. Default: null.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or above 9,000,000,000,000. The rest is checked where the pool is used.</exception>
    public decimal? Maximum { get; init => field = value is { } maximum ? UnitAmount.CheckAmount(maximum, nameof(Maximum)) : null; }

    internal long WeightMicros => (long)(Weight * UnitAmount.MicrosPerUnit);

    private static BudgetScope CheckScope(BudgetScope scope) => scope.CheckedConcrete(nameof(Scope)) == BudgetScope.Global
        ? throw new ArgumentException("Scope must not be global, which contains all other members: the pool would be inside itself.", nameof(Scope))
        : scope;

    private static decimal CheckWeight(decimal weight) => weight is > 0 and <= MaxWeight && UnitAmount.IsInMillionths(weight)
        ? weight
        : throw new ArgumentOutOfRangeException(nameof(Weight), weight, $"Weight must be above 0 up to {MaxWeight.ToString("N0", CultureInfo.InvariantCulture)} in steps of 0.000001.");
}
