using System.Data.Common;
using System.Globalization;
using BudgetFirewall.Receipts;

namespace BudgetFirewall.Storage;

/// <summary>The erasure of one person in a transaction: first the texts that name them, then the commitments and the scope itself. For one use.</summary>
internal sealed class ErasureWork(LedgerSession session, LedgerDialect dialect, ErasedPerson person)
{
    /// <summary>The number of rows that are read and written at a time.</summary>
    public const int RowsAtOnce = 500;

    public LedgerSession Session => session;

    public LedgerDialect Dialect => dialect;

    public ErasedPerson Person => person;

    /// <summary>The number of entries that have named the person.</summary>
    public long Entries { get; set; }

    /// <summary>The number of values that nothing proves any more.</summary>
    public long Values { get; set; }

    /// <summary>The number of texts that leaves hold in clear.</summary>
    public long Attested { get; set; }

    /// <summary>The number of corrections that are not made yet.</summary>
    public long Pending { get; set; }

    /// <summary>The number of texts that have the id inside of a longer word.</summary>
    public long Inside { get; set; }

    public bool HasChangedIds { get; set; }

    public bool IsAnythingErased { get; set; }

    /// <summary>Erases the person in all that may be changed.</summary>
    /// <exception cref="ArgumentException">Leaves hold the id itself, because ids of its kind were none of persons when their entries were written; nothing is changed.</exception>
    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        var scope = await EntryReader.FindScopeAsync(session, person.Kind, person.Id, cancellationToken).ConfigureAwait(false);
        if (scope is { } named)
            await CheckLeavesAsync(named, cancellationToken).ConfigureAwait(false);
        var names = await ErasedNames.FindAsync(this, cancellationToken).ConfigureAwait(false);
        await new ErasedTexts(this, names).RunAsync(cancellationToken).ConfigureAwait(false);
        await ErasedNotes.RunAsync(this, cancellationToken).ConfigureAwait(false);
        await names.RemoveUnusedAsync(cancellationToken).ConfigureAwait(false);
        if (scope is { } erased)
            await EraseScopeAsync(erased, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What a statement gives, row by row, all of it.</summary>
    public static async ValueTask<List<T>> ReadAsync<T>(DbCommand command, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            rows.Add(read(reader));
        return rows;
    }

    private async ValueTask CheckLeavesAsync(long scope, CancellationToken cancellationToken)
    {
        var count = await CountAsync("count_unsalted_of_scope", scope, cancellationToken).ConfigureAwait(false);
        if (count > 0)
        {
            throw new ArgumentException(DisplayText.Escape(
                $"The receipts of {count} entries have the id of {person.Kind}={person.Id} itself and not a hash of it, because '{person.Kind}' was none of the personal kinds when they were written. "
                + "Without the id they could not be proved any more. Nothing was erased."));
        }
    }

    private async ValueTask<long> CountAsync(string statement, long scope, CancellationToken cancellationToken)
    {
        var command = session.Command(statement).With("scope", scope);
        await using var _ = command.ConfigureAwait(false);
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), CultureInfo.InvariantCulture);
    }

    private async ValueTask EraseScopeAsync(long scope, CancellationToken cancellationToken)
    {
        IsAnythingErased = true;
        Entries += await CountAsync("count_entries_of_scope", scope, cancellationToken).ConfigureAwait(false);
        for (var after = -1L; ;)
        {
            var command = session.Command("read_salts_of_scope").With("scope", scope).With("after", after).With("limit", (long)RowsAtOnce);
            var salts = await ReadAsync(command, reader => (Entry: reader.GetInt64(0), Salt: reader.GetString(1)), cancellationToken).ConfigureAwait(false);
            if (salts.Count == 0)
                break;
            var rows = new LedgerRows("ledger_personal_values", ["entry_id", "scope_id"], ["commitment"], "on conflict (entry_id, scope_id) do update set salt = null, commitment = excluded.commitment");
            foreach (var (entry, salt) in salts)
                rows.Add([entry, scope], CommitmentOf(person.Kind, person.Id, salt));
            await dialect.InsertAsync(session.Transaction, [rows], cancellationToken).ConfigureAwait(false);
            Values += salts.Count;
            after = salts[^1].Entry;
        }
        await CommandExtensions.ExecuteAsync(session.Command("erase_scope").With("scope", scope).With("erased", person.ErasedId), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The hash that is in a leaf, as it is kept without its salt.</summary>
    /// <exception cref="LedgerException">The salt is none any more, so that the leaf cannot be kept true.</exception>
    public static string CommitmentOf(string kind, string text, string salt) => Base64Text.TryDecode(salt, out var bytes) && bytes.Length == PersonalValue.SaltSize
        ? PersonalValue.Of(kind, text, bytes).Commitment.ToString()
        : throw new LedgerException("A salt in the ledger was changed, so that nobody can be erased who has it. Verify the whole ledger.");
}
