namespace BudgetFirewall;

/// <summary>What the keys of a rule begin with. Made anew when another partition than the last asks, as nearly all firewalls have one.</summary>
/// <param name="part">The rule's part of a key, its separators included.</param>
internal sealed class KeyStart(string part)
{
    private volatile Known? _last;

    public string In(Partition partition)
    {
        var known = _last;
        if (known is null || !ReferenceEquals(known.KeyBase, partition.KeyBase))
            _last = known = new(partition.KeyBase, partition.KeyBase + part);
        return known.Start;
    }

    private sealed record Known(string KeyBase, string Start);
}
