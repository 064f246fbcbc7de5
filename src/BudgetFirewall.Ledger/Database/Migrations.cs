using System.Globalization;

namespace BudgetFirewall.Storage;

/// <summary>Brings the tables of a ledger from the version that they have to the present one, in one transaction that nobody writes beside.</summary>
internal static class Migrations
{
    /// <summary>The version that this code reads and writes; there is a file for each from 1.</summary>
    private const int Present = 16;

    /// <exception cref="LedgerException">A later version has written the tables.</exception>
    public static async ValueTask RunAsync(LedgerSession session, LedgerDialect dialect, CancellationToken cancellationToken)
    {
        await ExecuteAsync(session, "make_versions", cancellationToken).ConfigureAwait(false);
        var command = session.Command("read_version");
        await using var _ = command.ConfigureAwait(false);
        var version = Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), CultureInfo.InvariantCulture);
        Check(version, dialect);
        for (var next = version + 1; next <= Present; next++)
        {
            await ExecuteAsync(session, string.Create(CultureInfo.InvariantCulture, $"migration_{next:000}"), cancellationToken).ConfigureAwait(false);
            var note = session.Command("add_version").With("version", next);
            await using var __ = note.ConfigureAwait(false);
            await note.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <exception cref="LedgerException">A later version has written the tables.</exception>
    public static void Check(long version, LedgerDialect dialect)
    {
        if (version > Present)
            throw new LedgerException($"The ledger ({dialect.Description}) has the version {version}, and this program knows only those up to {Present}: a later one has written it.");
    }

    private static async ValueTask ExecuteAsync(LedgerSession session, string statement, CancellationToken cancellationToken)
    {
        var command = session.Command(statement);
        await using var _ = command.ConfigureAwait(false);
        // One that changes every row of a large ledger takes as long as it takes.
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
