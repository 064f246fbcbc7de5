namespace BudgetFirewall.Storage;

/// <summary>
/// The ids of all that entries name: texts, scopes, counters, attributions, versions of prices.
/// Those of a batch are learned together, a statement for each table, and are known afterwards. Not thread-safe.
/// </summary>
internal sealed class EntryIds(LedgerDialect dialect)
{
    private readonly Interner<string> _names = new(static () => new("ledger_names", [], ["name"], key: ["name"]), static (rows, name) => rows.Add([], name));

    private readonly Interner<(long Kind, string Scope)> _scopes = new(
        static () => new("ledger_scopes", ["kind_id"], ["scope"], key: ["kind_id", "scope"]), static (rows, scope) => rows.Add([scope.Kind], scope.Scope));

    private readonly Interner<FamilyKey> _families = new(
        static () => new("ledger_families", ["kind_id"], ["name", "unit"], key: ["name"]), static (rows, family) => rows.Add([family.Kind], family.Name, family.Unit));

    private readonly Interner<CounterKey> _counters = new(
        static () => new(
            "ledger_counters", ["family_id", "scope_id", "period_start_us", "partition_id", "kept_until_us"], [],
            key: ["family_id", "scope_id", "period_start_us", "partition_id"]),
        static (rows, counter) => rows.Add([counter.Family, counter.Scope, counter.Period, counter.Partition, counter.KeptUntil]));

    private readonly Interner<string> _attributions = new(static () => new("ledger_attributions", [], ["scopes"], key: ["scopes"]), static (rows, scopes) => rows.Add([], scopes));

    private readonly Interner<PriceKey> _versions = new(
        static () => new("ledger_price_versions", ["currency_id"], ["prices"], key: ["prices"]), static (rows, prices) => rows.Add([prices.Currency], PriceList.Of(prices.Entry)));

    /// <summary>The id of a text that is repeated; 0 for none.</summary>
    public long Name(string? name) => name is null ? 0 : _names[name];

    public (long Kind, long Scope) Scope(string kind, string scope) => (Name(kind), _scopes[(Name(kind), scope)]);

    /// <summary>Learns the texts of entries that are repeated, and other texts.</summary>
    public async ValueTask LearnNamesAsync(LedgerSession session, IEnumerable<LedgerEntry> entries, IEnumerable<string?> others, CancellationToken cancellationToken)
    {
        var names = entries.SelectMany(NamesOf).Concat(others).Append(LedgerScopes.Global).OfType<string>();
        await _names.LearnAsync(session, dialect, names, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Learns all that entries name, whose texts are known. What belongs to new versions of prices is added to the rows.</summary>
    /// <returns>The ids of each entry.</returns>
    public async ValueTask<IReadOnlyList<IdsOfEntry>> LearnAsync(LedgerSession session, IReadOnlyList<LedgerEntry> entries, EntryRows rows, CancellationToken cancellationToken)
    {
        var scopes = await LearnScopesAsync(session, entries, cancellationToken).ConfigureAwait(false);
        var counters = await LearnCountersAsync(session, entries, rows.NewCounters, cancellationToken).ConfigureAwait(false);
        var attributions = await LearnAttributionsAsync(session, scopes, cancellationToken).ConfigureAwait(false);
        var versions = await LearnVersionsAsync(session, entries, rows.PriceLines, cancellationToken).ConfigureAwait(false);
        return [.. scopes.Select((all, i) => new IdsOfEntry(all, attributions[i], counters[i], versions[i]))];
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

    /// <summary>Forgets everything, because rows were changed that are remembered.</summary>
    public void ForgetAll()
    {
        _names.ForgetAll();
        _scopes.ForgetAll();
        _families.ForgetAll();
        _counters.ForgetAll();
        _attributions.ForgetAll();
        _versions.ForgetAll();
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

    private static IEnumerable<string?> NamesOf(LedgerEntry entry) =>
    [
        entry.Partition, entry.OperationScope, entry.Actor, entry.Currency, .. LedgerScopes.KindsOf(entry), .. entry.Counters.Select(counter => counter.Scope.Kind),
        .. entry.Lines.Select(line => line.Name),
    ];

    private FamilyKey FamilyOf(LedgerCounter counter) => new(counter.Family, Name(counter.Scope.Kind), counter.Unit);

    private CounterKey KeyOf(LedgerEntry entry, LedgerCounter counter)
    {
        var (_, scope) = Scope(counter.Scope.Kind, counter.Scope.Id);
        return new(Name(entry.Partition), _families[FamilyOf(counter)], scope, LedgerTime.OfPeriod(counter.PeriodStart), LedgerTime.OfEnd(counter));
    }

    private async ValueTask<IReadOnlyList<(long Kind, long Scope)[]>> LearnScopesAsync(
        LedgerSession session, IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken)
    {
        var named = entries.Select(entry => LedgerScopes.Of(entry).Select(scope => (Kind: Name(scope.Key), Scope: scope.Value)).ToArray()).ToList();
        var ofCounters = entries.SelectMany(entry => entry.Counters.Select(counter => (Name(counter.Scope.Kind), counter.Scope.Id)));
        var all = named.SelectMany(scopes => scopes).Concat(ofCounters).Append((Name(LedgerScopes.Global), LedgerScopes.Global));
        await _scopes.LearnAsync(session, dialect, all, cancellationToken).ConfigureAwait(false);
        return named.ConvertAll(scopes => Array.ConvertAll(scopes, scope => (scope.Kind, _scopes[scope])));
    }

    private async ValueTask<IReadOnlyList<long[]>> LearnCountersAsync(LedgerSession session, IReadOnlyList<LedgerEntry> entries, HashSet<long> added, CancellationToken cancellationToken)
    {
        await _families.LearnAsync(session, dialect, entries.SelectMany(entry => entry.Counters).Select(FamilyOf), cancellationToken).ConfigureAwait(false);
        var keys = entries.Select(entry => entry.Counters.Select(counter => KeyOf(entry, counter)).ToArray()).ToList();
        foreach (var counter in await _counters.LearnAsync(session, dialect, keys.SelectMany(counters => counters), cancellationToken).ConfigureAwait(false))
            added.Add(_counters[counter]);
        return keys.ConvertAll(counters => Array.ConvertAll(counters, counter => _counters[counter]));
    }

    /// <summary>Finds or adds the attribution of each entry.</summary>
    private async ValueTask<long[]> LearnAttributionsAsync(LedgerSession session, IReadOnlyList<(long Kind, long Scope)[]> scopes, CancellationToken cancellationToken)
    {
        string[] texts = [.. scopes.Select(ScopeList.Of)];
        await _attributions.LearnAsync(session, dialect, texts, cancellationToken).ConfigureAwait(false);
        return Array.ConvertAll(texts, text => _attributions[text]);
    }

    private async ValueTask<long?[]> LearnVersionsAsync(LedgerSession session, IReadOnlyList<LedgerEntry> entries, LedgerRows priceLines, CancellationToken cancellationToken)
    {
        PriceKey?[] versions = [.. entries.Select(entry => entry.Lines.IsEmpty ? default(PriceKey?) : new(entry, Name(entry.Currency)))];
        var added = await _versions.LearnAsync(session, dialect, versions.OfType<PriceKey>(), cancellationToken).ConfigureAwait(false);
        long?[] ids = [.. versions.Select(version => version is { } known ? _versions[known] : default(long?))];
        for (var i = 0; i < ids.Length && added.Count > 0; i++)
        {
            if (versions[i] is not { } version || !added.Remove(version))
                continue;
            var lines = entries[i].Lines;
            for (var line = 0; line < lines.Length; line++)
                priceLines.Add([ids[i], line, Name(lines[line].Name)], PriceList.PriceOf(lines[line]));
        }
        return ids;
    }
}
