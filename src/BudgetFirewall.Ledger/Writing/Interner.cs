namespace BudgetFirewall.Storage;

/// <summary>
/// The ids of what one table keeps once. It remembers those that are committed. Since nobody else writes meanwhile, a row that is not found may be added.
/// Not thread-safe.
/// </summary>
/// <typeparam name="TKey">What has an id.</typeparam>
/// <param name="table">Makes rows of the table, none yet.</param>
/// <param name="add">Adds the row of a key.</param>
internal sealed class Interner<TKey>(Func<LedgerRows> table, Action<LedgerRows, TKey> add) where TKey : notnull
{
    private const int MostKnown = 100_000;

    private readonly Dictionary<TKey, long> _known = [];
    private readonly Dictionary<TKey, long> _added = [];

    /// <summary>The id of a key that was learned.</summary>
    public long this[TKey key] => _known.TryGetValue(key, out var id) ? id : _added[key];

    /// <summary>Finds the ids of all these keys, and adds the keys that the table does not have.</summary>
    /// <returns>The keys that were added.</returns>
    public async ValueTask<HashSet<TKey>> LearnAsync(LedgerSession session, LedgerDialect dialect, IEnumerable<TKey> keys, CancellationToken cancellationToken)
    {
        var unknown = keys.Where(key => !_known.ContainsKey(key) && !_added.ContainsKey(key)).Distinct().ToList();
        if (unknown.Count == 0)
            return [];
        var rows = table();
        foreach (var key in unknown)
            add(rows, key);
        var ids = await dialect.FindOrAddAsync(session.Transaction, rows, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < unknown.Count; i++)
            _added[unknown[i]] = ids[i].Id;
        return [.. unknown.Where((_, i) => ids[i].IsNew)];
    }

    /// <summary>Remembers what the session has found or added, which is committed.</summary>
    public void Keep()
    {
        if (_known.Count + _added.Count > MostKnown)
            _known.Clear();
        foreach (var (key, id) in _added)
            _known[key] = id;
        _added.Clear();
    }

    /// <summary>Forgets everything, because rows were changed that are remembered.</summary>
    public void ForgetAll()
    {
        _known.Clear();
        _added.Clear();
    }

    /// <summary>Forgets what the session has found or added, which may not be there.</summary>
    public void Forget() => _added.Clear();
}
