using System.Collections.Immutable;
using System.Globalization;

namespace BudgetFirewall.Storage;

/// <summary>Reads the sums that are kept of each counter, page by page. Thread-safe.</summary>
internal sealed class CounterTotals(LedgerDatabase database)
{
    private const int MostInOnePage = 1_000;

    public async ValueTask<LedgerCounterPage> ReadAsync(DateTimeOffset from, string? cursor, CancellationToken cancellationToken)
    {
        var after = 0L;
        if (cursor is not null && (!long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out after) || after < 1))
            throw new ArgumentException($"'{cursor}' is no cursor of counters.", nameof(cursor));
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var command = session.Command("read_counter_totals")
            .With("after", after).With("from", LedgerTime.Microseconds(from)).With("none", LedgerTime.OfPeriod(null)).With("limit", (long)MostInOnePage);
        await using var __ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var ___ = reader.ConfigureAwait(false);
        var totals = ImmutableArray.CreateBuilder<LedgerCounterTotal>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            after = reader.GetInt64(0);
            totals.Add(new(reader.OptionalText(1), new(
                reader.Text(2), BudgetScope.Of(reader.Text(3), reader.Text(4)), LedgerTime.PeriodOf(reader.GetInt64(5)), reader.OptionalText(6), reader.GetInt64(7))));
        }
        return new(totals.ToImmutable(), totals.Count == MostInOnePage ? after.ToString(CultureInfo.InvariantCulture) : null);
    }
}
