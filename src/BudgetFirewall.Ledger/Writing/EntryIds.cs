using System.Data.Common;
using System.Globalization;

namespace BudgetFirewall.Storage;

/// <summary>The ids of all that entries name: texts, scopes, counters, attributions, versions of prices. Not thread-safe.</summary>
internal sealed class EntryIds
{
    private const int MostInOneList = 500;

    private readonly Interner<string> _names = new("find_name", "add_name", static (command, name) => command.With("name", name));

    private readonly Interner<(long Kind, string Scope)> _scopes = new(
        "find_scope", "add_scope", static (command, scope) => command.With("kind", scope.Kind).With("scope", scope.Scope));

    private readonly Interner<(string Name, long Kind, string Unit)> _families = new(
        "find_family", "add_family", static (command, family) => command.With("name", family.Name),
        static (command, family) => command.With("name", family.Name).With("kind", family.Kind).With("unit", family.Unit));

    private readonly Interner<CounterKey> _counters = new(
        "find_counter", "add_counter", static (command, counter) => Bind(command, counter), static (command, counter) => Bind(command, counter).With("end", counter.KeptUntil));

    private readonly Interner<string> _attributions = new("find_attribution", "add_attribution", static (command, scopes) => command.With("scopes", scopes));

    private readonly Interner<(string Prices, long Currency)> _versions = new(
        "find_price_version", "add_price_version", static (command, version) => command.With("prices", version.Prices),
        static (command, version) => command.With("prices", version.Prices).With("currency", version.Currency));

    /// <summary>The id of a text that is repeated; 0 for none.</summary>
    public async ValueTask<long> NameAsync(LedgerSession session, string? name, CancellationToken cancellationToken) =>
        name is null ? 0 : (await _names.IdOfAsync(session, name, cancellationToken).ConfigureAwait(false)).Id;

    public async ValueTask<(long Kind, long Scope)> ScopeAsync(LedgerSession session, string kind, string scope, CancellationToken cancellationToken)
    {
        var kindId = await NameAsync(session, kind, cancellationToken).ConfigureAwait(false);
        return (kindId, (await _scopes.IdOfAsync(session, (kindId, scope), cancellationToken).ConfigureAwait(false)).Id);
    }

    public async ValueTask<long> CounterAsync(LedgerSession session, long partition, LedgerCounter counter, CancellationToken cancellationToken)
    {
        var (kind, scope) = await ScopeAsync(session, counter.Scope.Kind, counter.Scope.Id, cancellationToken).ConfigureAwait(false);
        var (family, _) = await _families.IdOfAsync(session, (counter.Family, kind, counter.Unit ?? ""), cancellationToken).ConfigureAwait(false);
        return (await _counters.IdOfAsync(session, new(partition, family, scope, LedgerTime.OfPeriod(counter.PeriodStart), LedgerTime.OfEnd(counter)), cancellationToken).ConfigureAwait(false)).Id;
    }

    /// <summary>
    /// The ids of all scopes of each entry together, in the order of the entries. Mostly they are known; where calls have many different ones, those of a batch are found and added together.
    /// The scopes of new ones are added to the rows.
    /// </summary>
    public async ValueTask<IReadOnlyList<long>> AttributionsAsync(
        LedgerSession session, LedgerDialect dialect, IReadOnlyList<List<(long Kind, long Scope)>> scopes, LedgerRows attributionScopes, CancellationToken cancellationToken)
    {
        string[] texts = [.. scopes.Select(all => string.Join(',', all.Select(scope => scope.Scope.ToString(CultureInfo.InvariantCulture))))];
        var unknown = texts.Where(text => !_attributions.Knows(text)).ToHashSet(StringComparer.Ordinal);
        await FindAttributionsAsync(session, [.. unknown], cancellationToken).ConfigureAwait(false);
        unknown.RemoveWhere(_attributions.Knows);
        if (unknown.Count > 0)
        {
            var rows = new LedgerRows("ledger_attributions", [], ["scopes"]);
            foreach (var text in unknown)
                rows.Add([], text);
            await dialect.InsertAsync(session.Transaction, rows, cancellationToken).ConfigureAwait(false);
            await FindAttributionsAsync(session, [.. unknown], cancellationToken).ConfigureAwait(false);
        }
        var ids = new long[texts.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = (await _attributions.IdOfAsync(session, texts[i], cancellationToken).ConfigureAwait(false)).Id;
            if (!unknown.Remove(texts[i]))
                continue;
            foreach (var (kind, scope) in scopes[i])
                attributionScopes.Add([ids[i], kind, scope]);
        }
        return ids;
    }

    private static DbCommand Bind(DbCommand command, CounterKey counter) =>
        command.With("partition", counter.Partition).With("family", counter.Family).With("scope", counter.Scope).With("period", counter.Period);

    private async ValueTask FindAttributionsAsync(LedgerSession session, string[] texts, CancellationToken cancellationToken)
    {
        foreach (var part in texts.Chunk(MostInOneList))
        {
            var command = session.Command("find_attributions", part);
            await using var _ = command.ConfigureAwait(false);
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using var __ = reader.ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                _attributions.Learn(reader.GetString(0), reader.GetInt64(1));
        }
    }

    /// <summary>The version of the prices of an entry's lines; null where it has none. The lines of a new one are added to the rows.</summary>
    public async ValueTask<long?> PriceVersionAsync(LedgerSession session, LedgerEntry entry, LedgerRows priceLines, CancellationToken cancellationToken)
    {
        if (entry.Lines.IsDefaultOrEmpty)
            return null;
        var currency = await NameAsync(session, entry.Currency, cancellationToken).ConfigureAwait(false);
        var (id, isNew) = await _versions.IdOfAsync(session, (PriceList.Of(entry), currency), cancellationToken).ConfigureAwait(false);
        for (var i = 0; isNew && i < entry.Lines.Length; i++)
        {
            var item = await NameAsync(session, entry.Lines[i].Name, cancellationToken).ConfigureAwait(false);
            priceLines.Add([id, i, item], PriceList.PriceOf(entry.Lines[i]));
        }
        return id;
    }

    /// <summary>Remembers what the session has added, which is committed.</summary>
    public void Keep()
    {
        _names.Keep();
        _scopes.Keep();
        _families.Keep();
        _counters.Keep();
        _attributions.Keep();
        _versions.Keep();
    }

    /// <summary>Forgets what the session has added, which may not be there.</summary>
    public void Forget()
    {
        _names.Forget();
        _scopes.Forget();
        _families.Forget();
        _counters.Forget();
        _attributions.Forget();
        _versions.Forget();
    }
}
