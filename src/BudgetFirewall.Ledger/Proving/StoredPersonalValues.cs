namespace BudgetFirewall.Storage;

/// <summary>The personal values of entries in a ledger's database.</summary>
internal static class StoredPersonalValues
{
    /// <summary>The personal values of some entries, by the entries' keys.</summary>
    public static async ValueTask<ILookup<long, StoredPersonalValue>> ReadAsync(LedgerSession session, IReadOnlyList<long> keys, CancellationToken cancellationToken)
    {
        var command = session.Command("read_personal_values", keys);
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        var values = new List<(long Key, StoredPersonalValue Value)>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            values.Add((reader.GetInt64(0), new(reader.Text(1), reader.Text(2), reader.OptionalText(3), reader.OptionalText(4))));
        return values.ToLookup(value => value.Key, value => value.Value);
    }
}
