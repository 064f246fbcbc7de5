using System.Data.Common;

namespace BudgetFirewall.Storage;

/// <summary>Rewrites what is kept beside the entries and names a person: corrections that were made, events, alerts, the failures of their deliveries, the budgets of anomalies, and shared costs that were allocated.</summary>
internal static class ErasedNotes
{
    private static readonly string NoFingerprint = new('0', 32);

    public static async ValueTask RunAsync(ErasureWork work, CancellationToken cancellationToken)
    {
        await EachAsync(work, "find_corrections_like", reader => OfCorrection(work, reader), cancellationToken).ConfigureAwait(false);
        await EachAsync(work, "find_events_like", reader => OfEvent(work, reader), cancellationToken).ConfigureAwait(false);
        await EachAsync(work, "find_alerts_like", reader => OfAlert(work, reader), cancellationToken).ConfigureAwait(false);
        await EachAsync(work, "find_delivery_errors_like", reader => OfText(work, reader, "set_delivery_error"), cancellationToken).ConfigureAwait(false);
        await EachAsync(work, "find_anomalies_like", reader => OfText(work, reader, "set_anomaly_budget"), cancellationToken).ConfigureAwait(false);
        await EachAsync(work, "find_allocations_like", reader => OfAllocation(work, reader), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs what is to be done for each row of a statement, page by page.</summary>
    private static async ValueTask EachAsync(ErasureWork work, string statement, Func<DbDataReader, DbCommand?> rewrite, CancellationToken cancellationToken)
    {
        for (var after = -1L; ;)
        {
            var command = work.Session.Command(statement).With("after", after).With("part", work.Person.Part).With("limit", (long)ErasureWork.RowsAtOnce);
            var rows = await ErasureWork.ReadAsync(command, reader => (Id: reader.GetInt64(0), Rewriting: rewrite(reader)), cancellationToken).ConfigureAwait(false);
            if (rows.Count == 0)
                return;
            foreach (var rewriting in rows.Select(row => row.Rewriting).OfType<DbCommand>())
            {
                work.IsAnythingErased = true;
                await CommandExtensions.ExecuteAsync(rewriting, cancellationToken).ConfigureAwait(false);
            }
            after = rows[^1].Id;
        }
    }

    private static DbCommand? OfCorrection(ErasureWork work, DbDataReader reader)
    {
        string[] texts = [reader.Text(1), reader.Text(2), reader.OptionalText(3) ?? "", reader.OptionalText(4) ?? ""];
        string[] next = Array.ConvertAll(texts, work.Person.Replace);
        if (texts.SequenceEqual(next))
            return null;
        // The store knows it by its id, and must find it made by that id.
        if (reader.OptionalNumber(5) is null)
        {
            work.Pending++;
            return null;
        }
        return work.Session.Command("set_correction").With("id", reader.GetInt64(0)).With("correction", next[0]).With("scope", next[1]).With("actor", next[2]).With("reason", next[3])
            .With("fingerprint", NoFingerprint);
    }

    private static DbCommand? OfEvent(ErasureWork work, DbDataReader reader)
    {
        var (id, body) = (reader.Text(1), reader.Text(2));
        var (nextId, nextBody) = (work.Person.ReplaceName(id), work.Person.ReplaceInJson(body));
        return id == nextId && body == nextBody ? null : work.Session.Command("set_event").With("id", reader.GetInt64(0)).With("event", nextId).With("body", nextBody);
    }

    private static DbCommand? OfAlert(ErasureWork work, DbDataReader reader)
    {
        var body = reader.Text(1);
        if (work.Person.ReplaceInJson(body) is var next && next == body)
            return null;
        // The key of its group is a digest of what it was about, by which a guess could be tried.
        var record = AlertRecord.FromJson(next, reader.GetInt64(0));
        return work.Session.Command("set_alert").With("id", record.Number).With("group", record.Alert.Id).With("body", (record with { Group = record.Alert.Id }).ToJson());
    }

    private static DbCommand? OfAllocation(ErasureWork work, DbDataReader reader)
    {
        string[] texts = [reader.Text(1), reader.OptionalText(2) ?? "", reader.Text(3), reader.Text(4)];
        string[] next = [.. texts[..2].Select(work.Person.Replace), .. texts[2..].Select(work.Person.ReplaceInJson)];
        var salt = FormerAllocations.NewSalt();
        return texts.SequenceEqual(next)
            ? null
            : work.Session.Command("set_allocation").With("id", reader.GetInt64(0)).With("allocation", next[0]).With("actor", next[1]).With("content", next[2]).With("shares", next[3])
                .With("fingerprint", FormerAllocations.FingerprintOf(salt, texts[0])).With("salt", salt);
    }

    private static DbCommand? OfText(ErasureWork work, DbDataReader reader, string statement)
    {
        var text = reader.Text(1);
        return work.Person.Replace(text) is var next && next == text ? null : work.Session.Command(statement).With("id", reader.GetInt64(0)).With("text", next);
    }
}
