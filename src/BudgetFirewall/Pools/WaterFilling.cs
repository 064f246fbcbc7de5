using System.Numerics;

namespace BudgetFirewall;

/// <summary>
/// Weighted max-min fairness in whole numbers: members are filled like vessels that stand side by side, as wide as their weights, from their floors, and no higher than their caps.
/// </summary>
/// <remarks>
/// There is one water level at which the amount is in the vessels: share = clamp(level × weight, floor, cap) (Bertsekas and Gallager, Data Networks, 6.5.2). It is found exactly, as a
/// fraction, by passing the floors and caps in ascending order of their levels. Shares are rounded down, and what is left goes, one by one, to those that lost the largest fraction (Hamilton).
/// </remarks>
internal static class WaterFilling
{
    /// <summary>Fills the vessels.</summary>
    /// <param name="amount">The amount to be in all vessels afterwards; at least the sum of the floors.</param>
    /// <param name="filled">The floors; then what is in each vessel. Of equal fractions the vessel that stands first is filled up first.</param>
    /// <param name="caps">The caps, at least the floors.</param>
    /// <param name="weights">The weights; a vessel of weight 0 stays as it is.</param>
    /// <returns>What found no room.</returns>
    public static long Fill(long amount, Span<long> filled, ReadOnlySpan<long> caps, ReadOnlySpan<long> weights)
    {
        var (inside, room) = ((Int128)0, (Int128)0);
        for (var i = 0; i < filled.Length; i++)
        {
            inside += filled[i];
            room += weights[i] > 0 ? caps[i] - filled[i] : 0;
        }
        if (inside > amount)
            throw new InvalidOperationException($"The floors are {inside}, more than {amount}.");
        if (inside + room > amount)
        {
            FillToLevel(amount, inside, filled, caps, weights);
            return 0;
        }
        for (var i = 0; i < filled.Length; i++)
            filled[i] = weights[i] > 0 ? caps[i] : filled[i];
        return (long)(amount - inside - room);
    }

    private static void FillToLevel(long amount, Int128 inside, Span<long> filled, ReadOnlySpan<long> caps, ReadOnlySpan<long> weights)
    {
        var isRising = new bool[filled.Length];
        // What is in the vessels at whose place the level does not count, and the width of the others.
        var (still, width) = (inside, (Int128)0);
        foreach (var edge in EdgesOf(filled, caps, weights))
        {
            if (IsReached(still, width, edge, amount))
                break;
            isRising[edge.Vessel] = !edge.IsCap;
            still += edge.IsCap ? edge.Amount : -edge.Amount;
            width += edge.IsCap ? -edge.Weight : edge.Weight;
            if (edge.IsCap)
                filled[edge.Vessel] = edge.Amount;
        }
        Share((long)(amount - still), width, isRising, filled, weights);
    }

    /// <summary>The floors and caps of vessels in ascending order of the level that they are at.</summary>
    private static List<Edge> EdgesOf(ReadOnlySpan<long> floors, ReadOnlySpan<long> caps, ReadOnlySpan<long> weights)
    {
        var edges = new List<Edge>(2 * floors.Length);
        for (var i = 0; i < floors.Length; i++)
        {
            if (weights[i] == 0 || caps[i] == floors[i])
                continue;
            edges.Add(new(i, floors[i], weights[i], IsCap: false));
            edges.Add(new(i, caps[i], weights[i], IsCap: true));
        }
        edges.Sort(static (left, right) => ((Int128)left.Amount * right.Weight).CompareTo((Int128)right.Amount * left.Weight));
        return edges;
    }

    /// <summary>True when all of the amount is in the vessels before the level is at an edge, or when it is there.</summary>
    private static bool IsReached(Int128 still, Int128 width, in Edge edge, long amount)
    {
        var (rest, weight) = (amount - still, (Int128)edge.Weight);
        return width <= long.MaxValue ? width * edge.Amount >= rest * weight : (BigInteger)width * edge.Amount >= rest * weight;
    }

    /// <summary>Shares out what is in the vessels that the level is in.</summary>
    private static void Share(long rest, Int128 width, bool[] isRising, Span<long> filled, ReadOnlySpan<long> weights)
    {
        var lost = new List<(Int128 Fraction, int Vessel)>();
        var left = rest;
        for (var i = 0; i < filled.Length; i++)
        {
            if (!isRising[i])
                continue;
            var (share, fraction) = Int128.DivRem((Int128)weights[i] * rest, width);
            filled[i] = (long)share;
            left -= filled[i];
            if (fraction > 0)
                lost.Add((fraction, i));
        }
        lost.Sort(static (one, other) => one.Fraction != other.Fraction ? other.Fraction.CompareTo(one.Fraction) : one.Vessel.CompareTo(other.Vessel));
        for (var i = 0; i < left; i++)
            filled[lost[i].Vessel]++;
    }

    private readonly record struct Edge(int Vessel, long Amount, long Weight, bool IsCap);
}
