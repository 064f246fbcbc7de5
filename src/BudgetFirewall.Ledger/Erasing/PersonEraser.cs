using System.Data.Common;
using System.Globalization;
using BudgetFirewall.Receipts;

namespace BudgetFirewall.Storage;

/// <summary>Erases persons, each in one transaction beside which nobody writes, a few rows at a time. Thread-safe.</summary>
internal sealed class PersonEraser(LedgerDatabase database, TimeProvider timeProvider)
{
    // What is delivered twice comes twice within minutes.
    private static readonly TimeSpan FormerIdsKept = TimeSpan.FromDays(1);

    /// <exception cref="ArgumentException">The id is that of somebody who was erased before.</exception>
    /// <exception cref="LedgerException">A later version has written the database.</exception>
    /// <exception cref="DbException">The database cannot be reached, or refuses.</exception>
    public async ValueTask<LedgerErasureResult> EraseAsync(string kind, string id, string by, string? reason, CancellationToken cancellationToken)
    {
        var result = await EraseInOneAsync(new(kind, id, ErasedId: ""), by, reason, cancellationToken).ConfigureAwait(false);
        // Also where nothing was erased: a process that has erased may have died before.
        await ForgetAsync(cancellationToken).ConfigureAwait(false);
        return result;
    }

    /// <summary>The log of all erasures.</summary>
    public async ValueTask<IReadOnlyList<LedgerErasureRecord>> ListAsync(CancellationToken cancellationToken)
    {
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var command = session.Command("read_erasures");
        await using var __ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var ___ = reader.ConfigureAwait(false);
        var records = new List<LedgerErasureRecord>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var number = reader.GetInt64(0);
            records.Add(new(
                number, LedgerTime.FromMicroseconds(reader.GetInt64(1)), reader.Text(5), reader.OptionalText(6), reader.Text(4), PersonalValue.ErasedId(number), reader.GetInt64(2), reader.GetInt64(3)));
        }
        return records;
    }

    private async ValueTask<LedgerErasureResult> EraseInOneAsync(ErasedPerson named, string by, string? reason, CancellationToken cancellationToken)
    {
        var session = await database.EraseAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        if (await IsErasedAsync(session, named, cancellationToken).ConfigureAwait(false))
            throw new ArgumentException($"{named.Id} stands for somebody who was erased already.");
        var number = await FreeNumberAsync(session, cancellationToken).ConfigureAwait(false);
        var work = new ErasureWork(session, database.Dialect, named with { ErasedId = PersonalValue.ErasedId(number) });
        await work.RunAsync(cancellationToken).ConfigureAwait(false);
        var remainders = await ErasureRemainders.FindAsync(work, cancellationToken).ConfigureAwait(false);
        if (!work.IsAnythingErased)
            return new(ErasedId: null, Entries: 0, remainders);
        await KeepFormerIdsAsync(work, cancellationToken).ConfigureAwait(false);
        await LogAsync(work, number, by, reason, cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        return new(work.Person.ErasedId, work.Entries, remainders);
    }

    private static async ValueTask<bool> IsErasedAsync(LedgerSession session, ErasedPerson named, CancellationToken cancellationToken)
    {
        if (!PersonalValue.IsErasedId(named.Id))
            return false;
        var command = session.Command("find_erasure").With("number", PersonalValue.ErasedNumbersIn(named.Id).Single()).With("kind", named.Kind);
        return await NumberAsync(command, cancellationToken).ConfigureAwait(false) > 0;
    }

    /// <summary>The next number that no id looks like: somebody may be called as one who was erased.</summary>
    private static async ValueTask<long> FreeNumberAsync(LedgerSession session, CancellationToken cancellationToken)
    {
        while (true)
        {
            var number = await NumberAsync(session.Command("take_erasure_number"), cancellationToken).ConfigureAwait(false);
            if (await NumberAsync(session.Command("count_scopes_of_name").With("scope", PersonalValue.ErasedId(number)), cancellationToken).ConfigureAwait(false) == 0)
                return number;
        }
    }

    private static async ValueTask<long> NumberAsync(DbCommand command, CancellationToken cancellationToken)
    {
        await using var _ = command.ConfigureAwait(false);
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), CultureInfo.InvariantCulture);
    }

    private async ValueTask KeepFormerIdsAsync(ErasureWork work, CancellationToken cancellationToken)
    {
        if (!work.HasChangedIds)
            return;
        var until = LedgerTime.Microseconds(timeProvider.GetUtcNow() + FormerIdsKept);
        await CommandExtensions.ExecuteAsync(work.Session.Command("keep_erased_entries_until").With("until", until), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask LogAsync(ErasureWork work, long number, string by, string? reason, CancellationToken cancellationToken)
    {
        var person = work.Person;
        var rows = new LedgerRows("ledger_erasures", ["number", "time_us", "entries", "personal_values"], ["kind", "erased_by", "reason"]);
        rows.Add(
            [number, LedgerTime.Microseconds(timeProvider.GetUtcNow()), work.Entries, work.Values],
            person.Kind, person.Replace(by), reason is null ? null : person.Replace(reason));
        await database.Dialect.InsertAsync(work.Session.Transaction, [rows], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes what was overwritten out of the files of the database, as far as it does that while others use it.</summary>
    private async ValueTask ForgetAsync(CancellationToken cancellationToken)
    {
        var connection = await database.Dialect.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        await database.Dialect.ForgetOverwrittenAsync(connection, cancellationToken).ConfigureAwait(false);
    }
}
