namespace BudgetFirewall.Storage;

/// <summary>Divides an amount in whole numbers, in proportion to weights. Thread-safe.</summary>
public static class AmountShares
{
    /// <summary>
    /// Divides an amount so that the shares add up to it exactly. Each share is rounded down, and what is left goes, one by one, to those that lost the largest fraction (Hamilton's method, the largest remainder); of equal
    /// fractions the share that stands first is filled up first. No share is negative, and one of weight 0 is 0.
    /// </summary>
    /// <param name="amount">The amount, 0 or more.</param>
    /// <param name="weights">The weights, 0 or more, at least one of them above.</param>
    /// <returns>The shares, in the order of the weights.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The amount or a weight is below 0.</exception>
    /// <exception cref="ArgumentException">No weight is above 0.</exception>
    public static long[] Of(long amount, ReadOnlySpan<long> weights)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        foreach (var weight in weights)
            ArgumentOutOfRangeException.ThrowIfNegative(weight, nameof(weights));
        if (!weights.ContainsAnyExcept(0L))
            throw new ArgumentException("No weight is above 0.", nameof(weights));
        var (shares, caps) = (new long[weights.Length], new long[weights.Length]);
        Array.Fill(caps, amount);
        _ = WaterFilling.Fill(amount, shares, caps, weights);
        return shares;
    }
}
