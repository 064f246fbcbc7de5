using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// Makes the keys of a rule's counters or rate limits. The last key is kept and returned when it is asked for again: nearly all firewalls have one partition, and many
/// rules one id.
/// </summary>
/// <param name="part">The rule's part of a key, its separators included.</param>
internal sealed class RuleKeys(string part)
{
    private volatile Known? _last;
    private volatile string? _lastKey;

    public static RuleKeys OfCounters(CounterFamily family) => OfCounters(family.Name);

    /// <summary>The keys of the counters of a family that is known by its name only.</summary>
    public static RuleKeys OfCounters(string familyName) => new("c:" + KeyText.OfName(familyName) + ":");

    public static RuleKeys OfRateLimits(RateLimitRule rule) => new("b:" + KeyText.OfName(rule.Name) + ":");

    public static RuleKeys OfAdaptations(RateLimitRule rule) => new("a:" + KeyText.OfName(rule.Name) + ":");

    public static RuleKeys OfApprovals(CounterFamily family) => new("p:" + KeyText.OfName(family.Name) + ":");

    public static RuleKeys OfLimits(CounterRule rule) => new("f:" + KeyText.OfName(rule.FrozenLimitName) + ":");

    /// <summary>The key of an id in a partition.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="scopeId">The id as it is given.</param>
    /// <param name="ending">The end of the key after the id, its separator included.</param>
    public string Of(Partition partition, string scopeId, string ending)
    {
        var start = In(partition);
        var id = KeyText.Of(scopeId);
        var last = _lastKey;
        return last is not null && IsMadeOf(last, start, id, ending) ? last : _lastKey = string.Concat(start, id, ending);
    }

    private string In(Partition partition)
    {
        var known = _last;
        if (known is null || !ReferenceEquals(known.KeyBase, partition.KeyBase))
            _last = known = new(partition.KeyBase, partition.KeyBase + part);
        return known.Start;
    }

    private static bool IsMadeOf(string key, string start, string id, string ending) =>
        key.Length == start.Length + id.Length + ending.Length
        && key.AsSpan(start.Length, id.Length).SequenceEqual(id)
        && key.EndsWith(ending, StringComparison.Ordinal)
        && key.StartsWith(start, StringComparison.Ordinal);

    private sealed record Known(string KeyBase, string Start);
}
