using System.Globalization;

namespace BudgetFirewall.Storage;

/// <summary>The runtime budgets and rate limits of one partition in the order of their last changes, the last ones first. All but the version is for one caller at a time.</summary>
/// <param name="first">The number of the last change before this catalog was made. Whoever knows no more than that reads all.</param>
internal sealed class PartitionCatalog(long first)
{
    /// <summary>The number of removals that are remembered. Who has missed more of them reads all limits.</summary>
    private const int MaxRemovals = 10_000;

    private readonly Dictionary<LimitKey, LinkedListNode<Change>> _limits = [];
    private readonly LinkedList<Change> _set = new();
    private readonly Dictionary<LimitKey, LinkedListNode<Change>> _removals = [];
    private readonly LinkedList<Change> _removed = new();
    private long _known = first;
    private long _last = first;
    private volatile string _version = "";

    public string Version => _version;

    public int Count => _limits.Count;

    public bool Has(LimitKey key) => _limits.ContainsKey(key);

    /// <summary>Sets a limit, or removes it where it is null.</summary>
    public void Put(LimitKey key, LimitDefinition? limit, long number)
    {
        if (_limits.Remove(key, out var former))
            _set.Remove(former);
        if (_removals.Remove(key, out var removal))
            _removed.Remove(removal);
        if (limit is not null)
            _limits[key] = _set.AddFirst(new Change(key, limit, number));
        else
            _removals[key] = _removed.AddFirst(new Change(key, limit, number));
        if (_removed.Count > MaxRemovals)
        {
            _known = _removed.Last!.Value.Number;
            _removals.Remove(_removed.Last.Value.Key);
            _removed.RemoveLast();
        }
        _last = number;
    }

    /// <summary>Lets decisions see what was put; gives the new version.</summary>
    public string Publish() => _version = _last.ToString(CultureInfo.InvariantCulture);

    public CatalogChanges ChangesSince(long number)
    {
        var startsOver = number < _known || number > _last;
        var since = startsOver ? 0 : number;
        return new()
        {
            Version = _version,
            StartsOver = startsOver,
            Set = [.. After(_set, since).Select(change => change.Limit!)],
            Removed = startsOver ? [] : [.. After(_removed, since).Select(change => change.Key)],
            Count = Count,
        };
    }

    private static IEnumerable<Change> After(LinkedList<Change> changes, long number) => changes.TakeWhile(change => change.Number > number);

    private sealed record Change(LimitKey Key, LimitDefinition? Limit, long Number);
}
