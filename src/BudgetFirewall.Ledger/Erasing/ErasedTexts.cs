using BudgetFirewall.Receipts;

namespace BudgetFirewall.Storage;

/// <summary>Rewrites the texts of entries that name a person: of those whose leaves hold commitments of them, and of entries without leaves. For one use.</summary>
internal sealed class ErasedTexts(ErasureWork work, ErasedNames names)
{
    private static readonly string None = new('0', 32);

    /// <summary>Looks through all entries.</summary>
    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        for (var after = -1L; ;)
        {
            var command = work.Session.Command("find_texts_like", names.Ids).With("after", after).With("part", work.Person.Part).With("limit", (long)ErasureWork.RowsAtOnce);
            var rows = await ErasureWork.ReadAsync(command, reader => new TextRow(reader), cancellationToken).ConfigureAwait(false);
            if (rows.Count == 0)
                return;
            work.Inside += rows.Sum(row => row.Texts.Count(work.Person.IsInside) + row.Contents.Count(work.Person.IsInsideJson));
            var named = rows.Where(row => names.Ids.Contains(row.OperationScope) || names.Ids.Contains(row.Actor) || row.Texts.Any(IsNamed) || row.Contents.Any(IsNamedInJson)).Select(row => row.Key).ToList();
            if (named.Count > 0)
                await RewriteAsync(await EntryReader.OfKeysAsync(work.Session, named, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            after = rows[^1].Key;
        }
    }

    private bool IsNamed(string text) => work.Person.Replace(text) != text;

    private bool IsNamedInJson(string text) => work.Person.ReplaceInJson(text) != text;

    private async ValueTask RewriteAsync(IReadOnlyList<(long Key, LedgerEntry Entry)> entries, CancellationToken cancellationToken)
    {
        var kept = await KeptTexts.ReadAsync(work, [.. entries.Select(entry => entry.Key)], cancellationToken).ConfigureAwait(false);
        var moved = new List<(string Former, string Next)>();
        foreach (var (key, entry) in entries)
        {
            var rewritten = entry;
            foreach (var field in PersonalField.All.Where(field => field != PersonalField.CorrectedEntryId))
            {
                if (field.TextOf(entry) is not { } text || work.Person.Replace(field, text) is var next && next == text)
                    continue;
                if (kept.TryErase(key, field, text))
                    rewritten = field.With(rewritten, next);
                else
                    work.Attested++;
            }
            await WriteAsync(key, entry, rewritten, cancellationToken).ConfigureAwait(false);
            if (rewritten.Id != entry.Id)
                moved.Add((entry.Id, rewritten.Id));
        }
        await kept.WriteAsync(cancellationToken).ConfigureAwait(false);
        await MoveAsync(moved, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask WriteAsync(long key, LedgerEntry entry, LedgerEntry rewritten, CancellationToken cancellationToken)
    {
        if (ReferenceEquals(entry, rewritten))
            return;
        work.IsAnythingErased = true;
        // Those of the person's scope are counted with the scope.
        if (!entry.Scopes.TryGetValue(work.Person.Kind, out var id) || id != work.Person.Id)
            work.Entries++;
        if (entry.OperationId != rewritten.OperationId || entry.OperationScope != rewritten.OperationScope)
        {
            var scope = rewritten.OperationScope is { } name ? await names.IdOfAsync(name, cancellationToken).ConfigureAwait(false) : 0;
            await CommandExtensions.ExecuteAsync(work.Session.Command("set_operation").With("entry", key).With("text", rewritten.OperationId).With("name", scope), cancellationToken).ConfigureAwait(false);
        }
        if (rewritten.Actor is { } actor && actor != entry.Actor)
            await CommandExtensions.ExecuteAsync(work.Session.Command("set_actor").With("entry", key).With("name", await names.IdOfAsync(actor, cancellationToken).ConfigureAwait(false)), cancellationToken).ConfigureAwait(false);
        await WriteAsync("set_reason", key, entry.Reason, rewritten.Reason, cancellationToken).ConfigureAwait(false);
        await WriteAsync("set_old_content", key, entry.Before, rewritten.Before, cancellationToken).ConfigureAwait(false);
        await WriteAsync("set_new_content", key, entry.After, rewritten.After, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask WriteAsync(string statement, long key, string? text, string? next, CancellationToken cancellationToken)
    {
        if (next is not null && next != text)
            await CommandExtensions.ExecuteAsync(work.Session.Command(statement).With("entry", key).With("text", next), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives all that refers to entries their other ids, which follow from the operations' ids: whoever guesses one of those must not find the entry by it.</summary>
    private async ValueTask MoveAsync(List<(string Former, string Next)> moved, CancellationToken cancellationToken)
    {
        if (moved.Count == 0)
            return;
        work.HasChangedIds = true;
        var former = new LedgerRows("ledger_erased_entries", [], ["former_id"], "on conflict (former_id) do nothing");
        foreach (var (id, next) in moved)
        {
            former.Add([], id);
            await CommandExtensions.ExecuteAsync(work.Session.Command("set_corrected_charge").With("former", id).With("next", next).With("fingerprint", None), cancellationToken).ConfigureAwait(false);
            var events = work.Session.Command("set_event_of_entry").With("former", id).With("next", next).With("former_event", EntryEvents.IdOf(id)).With("next_event", EntryEvents.IdOf(next));
            await CommandExtensions.ExecuteAsync(events, cancellationToken).ConfigureAwait(false);
            await CorrectAsync(id, next, cancellationToken).ConfigureAwait(false);
        }
        await work.Dialect.InsertAsync(work.Session.Transaction, [former], cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask CorrectAsync(string former, string next, CancellationToken cancellationToken)
    {
        var keys = await ErasureWork.ReadAsync(work.Session.Command("find_correcting").With("corrected", former), reader => reader.GetInt64(0), cancellationToken).ConfigureAwait(false);
        if (keys.Count == 0)
            return;
        var kept = await KeptTexts.ReadAsync(work, keys, cancellationToken).ConfigureAwait(false);
        foreach (var key in keys)
        {
            // A leaf that holds it in clear names no person by it.
            if (kept.TryErase(key, PersonalField.CorrectedEntryId, former))
                await CommandExtensions.ExecuteAsync(work.Session.Command("set_corrected_entry").With("entry", key).With("text", next), cancellationToken).ConfigureAwait(false);
        }
        await kept.WriteAsync(cancellationToken).ConfigureAwait(false);
    }
}
