namespace BudgetFirewall;

/// <summary>Counts the denials of a minute that have no entries of their own. Not thread-safe.</summary>
/// <param name="alone">The number of denials of a minute that have.</param>
internal sealed class DenialCounts(int alone)
{
    /// <summary>The most entries that a minute makes of those that have none of their own.</summary>
    private const int MostKeys = 1_000;

    private readonly Dictionary<DenialKey, Tally> _tallies = [];
    private int _alone;

    /// <summary>True for a denial that has an entry of its own.</summary>
    public bool TakeAlone()
    {
        if (_alone >= alone)
            return false;
        _alone++;
        return true;
    }

    /// <summary>Counts a denial; false when it is one of too many different ones.</summary>
    public bool TryCount(in DenialKey key, DateTimeOffset now)
    {
        if (!_tallies.TryGetValue(key, out var tally))
        {
            if (_tallies.Count >= MostKeys)
                return false;
            tally = new(now, 0);
        }
        _tallies[key] = tally with { Count = tally.Count + 1 };
        return true;
    }

    /// <summary>What was counted, and begins anew.</summary>
    public IReadOnlyList<(DenialKey Key, DateTimeOffset First, long Count)> Close()
    {
        (DenialKey, DateTimeOffset, long)[] counted = [.. _tallies.Select(tally => (tally.Key, tally.Value.First, tally.Value.Count))];
        _tallies.Clear();
        _alone = 0;
        return counted;
    }

    private readonly record struct Tally(DateTimeOffset First, long Count);
}
