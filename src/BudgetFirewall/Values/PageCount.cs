namespace BudgetFirewall;

/// <summary>The number of items that a caller asks of a page.</summary>
internal static class PageCount
{
    /// <summary>Refuses a count outside of 1 to the most that a page has.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is outside its range.</exception>
    public static void Check(int count, int most)
    {
        if (count < 1 || count > most)
            throw new ArgumentOutOfRangeException(nameof(count), count, FormattableString.Invariant($"count must be 1 to {most:N0}."));
    }
}
