namespace BudgetFirewall.Storage;

/// <summary>The arithmetic of values that are lowered to a part of their ceiling, in whole numbers that a store without wide integers computes alike.</summary>
internal static class AdaptiveScale
{
    /// <summary>The part of a value that is at its ceiling, in millionths.</summary>
    public const int Whole = 1_000_000;

    /// <summary>A part of an amount of 0 or more, rounded up.</summary>
    /// <param name="amount">The amount, at most 9·10¹⁵.</param>
    /// <param name="scale">The part, in millionths, at most <see cref="Whole"/>.</param>
    public static long Up(long amount, int scale) => (amount / Whole * scale) + (((amount % Whole * scale) + Whole - 1) / Whole);

    /// <summary>A part of an amount of 0 or more, rounded down.</summary>
    /// <param name="amount">The amount, at most 9·10¹⁵.</param>
    /// <param name="scale">The part, in millionths, at most <see cref="Whole"/>.</param>
    public static long Down(long amount, int scale) => (amount / Whole * scale) + (amount % Whole * scale / Whole);

    /// <summary>
    /// A backlog that was queued at one rate, as it counts at another, rounded up: the time until it is gone stays the same, so that a turn that was given is not overtaken.
    /// </summary>
    /// <param name="backlogMicros">The backlog, 0 or more.</param>
    /// <param name="from">The part of the ceiling at which it was queued, in millionths.</param>
    /// <param name="to">The part of the ceiling at which it is to count, in millionths.</param>
    /// <param name="most">The most that is given.</param>
    public static long Requeued(long backlogMicros, int from, int to, long most) =>
        (long)Int128.Min((((Int128)backlogMicros * to) + from - 1) / from, most);
}
