using System.Globalization;

namespace BudgetFirewall.Storage;

/// <summary>The runtime budgets of one partition in the order of their last changes, the last ones first. All but the version is for one caller at a time.</summary>
/// <param name="first">The number of the last change before this catalog was made. Whoever knows no more than that reads all.</param>
internal sealed class PartitionCatalog(long first)
{
    /// <summary>The number of removals that are remembered. Who has missed more of them reads all budgets.</summary>
    private const int MaxRemovals = 10_000;

    private readonly Dictionary<string, LinkedListNode<Change>> _budgets = new(StringComparer.Ordinal);
    private readonly LinkedList<Change> _set = new();
    private readonly Dictionary<string, LinkedListNode<Change>> _removals = new(StringComparer.Ordinal);
    private readonly LinkedList<Change> _removed = new();
    private long _known = first;
    private long _last = first;
    private volatile string _version = "";

    public string Version => _version;

    public int Count => _budgets.Count;

    public bool Has(string id) => _budgets.ContainsKey(id);

    /// <summary>Sets a budget, or removes it where it is null.</summary>
    public void Put(string id, Budget? budget, long number)
    {
        if (_budgets.Remove(id, out var former))
            _set.Remove(former);
        if (_removals.Remove(id, out var removal))
            _removed.Remove(removal);
        if (budget is not null)
            _budgets[id] = _set.AddFirst(new Change(id, budget, number));
        else
            _removals[id] = _removed.AddFirst(new Change(id, budget, number));
        if (_removed.Count > MaxRemovals)
        {
            _known = _removed.Last!.Value.Number;
            _removals.Remove(_removed.Last.Value.Id);
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
            Budgets = [.. After(_set, since).Select(change => change.Budget!)],
            Removed = startsOver ? [] : [.. After(_removed, since).Select(change => change.Id)],
            Count = Count,
        };
    }

    private static IEnumerable<Change> After(LinkedList<Change> changes, long number) => changes.TakeWhile(change => change.Number > number);

    private sealed record Change(string Id, Budget? Budget, long Number);
}
