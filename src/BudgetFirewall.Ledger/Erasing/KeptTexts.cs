using BudgetFirewall.Receipts;

namespace BudgetFirewall.Storage;

/// <summary>What the leaves of some entries hold of their texts. Not thread-safe.</summary>
internal sealed class KeptTexts
{
    private readonly ErasureWork _work;
    private readonly HashSet<long> _withLeaf;
    private readonly Dictionary<(long Key, long Field), string?> _salts;
    private readonly LedgerRows _erased = new(
        "ledger_personal_texts", ["entry_id", "field"], ["commitment"], "on conflict (entry_id, field) do update set salt = null, commitment = excluded.commitment");

    private KeptTexts(ErasureWork work, HashSet<long> withLeaf, Dictionary<(long Key, long Field), string?> salts) => (_work, _withLeaf, _salts) = (work, withLeaf, salts);

    public static async ValueTask<KeptTexts> ReadAsync(ErasureWork work, IReadOnlyList<long> keys, CancellationToken cancellationToken)
    {
        var leaves = await ErasureWork.ReadAsync(work.Session.Command("find_leaves", keys), reader => reader.GetInt64(0), cancellationToken).ConfigureAwait(false);
        var salts = await ErasureWork.ReadAsync(
            work.Session.Command("read_personal_texts", keys), reader => (Key: reader.GetInt64(0), Field: reader.GetInt64(1), Salt: reader.OptionalText(2)), cancellationToken).ConfigureAwait(false);
        return new(work, [.. leaves], salts.ToDictionary(row => (row.Key, row.Field), row => row.Salt));
    }

    /// <summary>Lets the commitment of a text stand for itself, where the leaf has one.</summary>
    /// <param name="key">The key of the entry.</param>
    /// <param name="field">The field.</param>
    /// <param name="text">Its text, as it is now.</param>
    /// <returns>False where the leaf holds the text itself, so that it must stay.</returns>
    public bool TryErase(long key, PersonalField field, string text)
    {
        if (!_withLeaf.Contains(key))
            return true;
        if (!_salts.TryGetValue((key, field.Number), out var salt))
            return false;
        // One without a salt was rewritten before, for somebody else.
        if (salt is null)
            return true;
        _erased.Add([key, field.Number], ErasureWork.CommitmentOf(field.Kind, text, salt));
        return true;
    }

    public async ValueTask WriteAsync(CancellationToken cancellationToken)
    {
        if (_erased.Count > 0)
            await _work.Dialect.InsertAsync(_work.Session.Transaction, [_erased], cancellationToken).ConfigureAwait(false);
        _work.Values += _erased.Count;
    }
}
