using System.Data.Common;

namespace BudgetFirewall.Storage;

/// <summary>The reports of processes about the stores that they use, each a row of the ledger's state.</summary>
internal static class StoreReports
{
    // The whole of a row's name: this, the location and the store's id, with a colon between them and escaped so that they have none themselves.
    private const string NamePrefix = "store:";

    /// <summary>Writes that a store is in use.</summary>
    /// <exception cref="DbException">The database refuses.</exception>
    public static async ValueTask WriteAsync(LedgerSession session, StoreReport report, CancellationToken cancellationToken)
    {
        var storeId = StoreIds.EndsWithProcess(report.StoreId) ? StoreIds.ProcessPrefix : report.StoreId;
        var name = $"{NamePrefix}{Uri.EscapeDataString(report.Location)}:{Uri.EscapeDataString(storeId)}";
        await CommandExtensions.ExecuteAsync(session.Command("write_mark").With("name", name).With("value", LedgerTime.Microseconds(report.At)), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the last report of each store.</summary>
    /// <exception cref="DbException">The database cannot be read.</exception>
    public static async ValueTask<ReportedStores> ReadAsync(LedgerSession session, CancellationToken cancellationToken)
    {
        var command = session.Command("read_marks_like").With("like", NamePrefix + "%");
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        var reports = new List<StoreReport>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (reader.Text(0)[NamePrefix.Length..].Split(':') is [var location, var storeId])
                reports.Add(new(Uri.UnescapeDataString(storeId), Uri.UnescapeDataString(location), LedgerTime.FromMicroseconds(reader.GetInt64(1))));
        }
        return new(reports);
    }
}
