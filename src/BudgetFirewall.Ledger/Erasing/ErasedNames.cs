namespace BudgetFirewall.Storage;

/// <summary>The names that entries share and that name the person, each with the one that takes its place. Entries are given the other one; who else uses a name keeps it.</summary>
internal sealed class ErasedNames
{
    private readonly ErasureWork _work;
    private readonly Dictionary<long, string> _texts;
    private readonly Dictionary<string, long> _next = [];

    private ErasedNames(ErasureWork work, Dictionary<long, string> texts) => (_work, _texts) = (work, texts);

    /// <summary>The ids of those that name the person; never none, so that a list of them can be asked for.</summary>
    public IReadOnlyList<long> Ids => [-1, .. _texts.Keys];

    public static async ValueTask<ErasedNames> FindAsync(ErasureWork work, CancellationToken cancellationToken)
    {
        var all = await ErasureWork.ReadAsync(
            work.Session.Command("find_names_like").With("part", work.Person.Part), reader => (Id: reader.GetInt64(0), Text: reader.Text(1)), cancellationToken).ConfigureAwait(false);
        return new(work, all.Where(name => work.Person.Replace(name.Text) != name.Text).ToDictionary(name => name.Id, name => name.Text));
    }

    /// <summary>The id of a text that is written now.</summary>
    public async ValueTask<long> IdOfAsync(string text, CancellationToken cancellationToken)
    {
        if (_next.TryGetValue(text, out var known))
            return known;
        var rows = new LedgerRows("ledger_names", [], ["name"], key: ["name"]);
        rows.Add([], text);
        var ids = await _work.Dialect.FindOrAddAsync(_work.Session.Transaction, rows, cancellationToken).ConfigureAwait(false);
        return _next[text] = ids[0].Id;
    }

    /// <summary>Removes those that nothing refers to any more.</summary>
    public async ValueTask RemoveUnusedAsync(CancellationToken cancellationToken)
    {
        foreach (var id in _texts.Keys)
            await CommandExtensions.ExecuteAsync(_work.Session.Command("remove_unused_name").With("id", id), cancellationToken).ConfigureAwait(false);
    }
}
