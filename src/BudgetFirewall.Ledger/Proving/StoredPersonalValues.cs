using BudgetFirewall.Receipts;

namespace BudgetFirewall.Storage;

/// <summary>The personal values of entries, ids of scopes and texts, in a ledger's database.</summary>
internal static class StoredPersonalValues
{
    /// <summary>The personal values of some entries, by the entries' keys.</summary>
    public static async ValueTask<ILookup<long, StoredPersonalValue>> ReadAsync(LedgerSession session, IReadOnlyList<long> keys, CancellationToken cancellationToken)
    {
        var values = new List<(long Key, StoredPersonalValue Value)>();
        var scopes = session.Command("read_personal_values", keys);
        await using (scopes.ConfigureAwait(false))
        {
            var reader = await scopes.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using var _ = reader.ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                values.Add((reader.GetInt64(0), new(reader.Text(1), reader.Text(2), reader.OptionalText(3), reader.OptionalText(4))));
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
}
