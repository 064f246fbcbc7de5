using BudgetFirewall.Receipts;

namespace BudgetFirewall.Storage;

/// <summary>The personal values of entries, ids of scopes and texts, in a ledger's database. What many entries name is read once for all entries of the session. Not thread-safe.</summary>
internal sealed class StoredPersonalValues(LedgerSession session)
{
    private readonly NamedRows<PersonalScope> _scopes = new("read_kinds_of_scopes", "scope", static (reader, _) => new(reader.Text(1), reader.Text(2)));

    /// <summary>The personal values of some entries, by the entries' keys.</summary>
    public async ValueTask<ILookup<long, StoredPersonalValue>> ReadAsync(IReadOnlyList<long> keys, CancellationToken cancellationToken)
    {
        var values = new List<(long Key, StoredPersonalValue Value)>();
        foreach (var (key, id, salt, commitment) in await ReadIdsAsync(keys, cancellationToken).ConfigureAwait(false))
        {
            // A value whose scope is gone is missing in the leaf.
            if (_scopes.Find(id) is { } scope)
                values.Add((key, new(scope.Kind, scope.Id, salt, commitment)));
        }
        var texts = session.Command("read_personal_texts", keys);
        await using (texts.ConfigureAwait(false))
        {
            var reader = await texts.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using var _ = reader.ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                values.Add((reader.GetInt64(0), new(PersonalField.Find(reader.GetInt64(1))?.Kind ?? "", Id: null, reader.OptionalText(2), reader.OptionalText(3))));
        }
        return values.ToLookup(value => value.Key, value => value.Value);
    }

    private async ValueTask<List<(long Key, long Scope, string? Salt, string? Commitment)>> ReadIdsAsync(IReadOnlyList<long> keys, CancellationToken cancellationToken)
    {
        var rows = new List<(long Key, long Scope, string? Salt, string? Commitment)>();
        var scopes = session.Command("read_personal_values", keys);
        await using (scopes.ConfigureAwait(false))
        {
            var reader = await scopes.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using var _ = reader.ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                rows.Add((reader.GetInt64(0), reader.GetInt64(1), reader.OptionalText(2), reader.OptionalText(3)));
        }
        await _scopes.ReadAsync(session, rows.Select(row => row.Scope), cancellationToken).ConfigureAwait(false);
        return rows;
    }

    private sealed record PersonalScope(string Kind, string Id);
}
