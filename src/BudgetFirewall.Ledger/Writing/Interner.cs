using System.Data.Common;
using System.Globalization;

namespace BudgetFirewall.Storage;

/// <summary>
/// The ids of what one table keeps once. It remembers those that are committed. Since nobody else writes meanwhile, a row that is not found may be added.
/// Not thread-safe.
/// </summary>
/// <typeparam name="TKey">What has an id.</typeparam>
internal sealed class Interner<TKey>(string find, string add, Action<DbCommand, TKey> bindFind, Action<DbCommand, TKey> bindAdd) where TKey : notnull
{
    private const int MostKnown = 100_000;

    private readonly Dictionary<TKey, long> _known = [];
    private readonly Dictionary<TKey, long> _added = [];

    public Interner(string find, string add, Action<DbCommand, TKey> bind) : this(find, add, bind, bind)
    {
    }

    /// <summary>The id of a key, and whether this session has added it.</summary>
    public async ValueTask<(long Id, bool IsNew)> IdOfAsync(LedgerSession session, TKey key, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(key, out var id) || _added.TryGetValue(key, out id))
            return (id, false);
        if (await ScalarAsync(session, find, bindFind, key, cancellationToken).ConfigureAwait(false) is { } found)
            return (_added[key] = found, false);
        var made = await ScalarAsync(session, add, bindAdd, key, cancellationToken).ConfigureAwait(false);
        return (_added[key] = made!.Value, true);
    }

    /// <summary>True when the id of a key is known, so that nothing is asked for it.</summary>
    public bool Knows(TKey key) => _known.ContainsKey(key) || _added.ContainsKey(key);

    /// <summary>Remembers the id of a key that the session has found or added in another way.</summary>
    public void Learn(TKey key, long id) => _added[key] = id;

    /// <summary>Remembers what the session has found or added, which is committed.</summary>
    public void Keep()
    {
        if (_known.Count + _added.Count > MostKnown)
            _known.Clear();
        foreach (var (key, id) in _added)
            _known[key] = id;
        _added.Clear();
    }

    /// <summary>Forgets what the session has found or added, which may not be there.</summary>
    public void Forget() => _added.Clear();

    private static async ValueTask<long?> ScalarAsync(LedgerSession session, string statement, Action<DbCommand, TKey> bind, TKey key, CancellationToken cancellationToken)
    {
        var command = session.Repeated(statement);
        bind(command, key);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is { } id and not DBNull ? Convert.ToInt64(id, CultureInfo.InvariantCulture) : null;
    }
}
