using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>Finds what names a person still after all was rewritten that may be.</summary>
internal static class ErasureRemainders
{
    public static async ValueTask<ImmutableArray<LedgerErasureRemainder>> FindAsync(ErasureWork work, CancellationToken cancellationToken)
    {
        (LedgerErasurePlace Place, long Count)[] found =
        [
            (LedgerErasurePlace.LiveState, await CountAsync(work, "find_state_like", cancellationToken).ConfigureAwait(false)),
            (LedgerErasurePlace.Subscription, await CountAsync(work, "find_subscriptions_like", cancellationToken).ConfigureAwait(false)),
            (LedgerErasurePlace.PendingCorrection, work.Pending),
            (LedgerErasurePlace.AttestedText, work.Attested),
            (LedgerErasurePlace.OtherScope, await CountAsync(work, "find_scopes_like", cancellationToken).ConfigureAwait(false)),
            (LedgerErasurePlace.OtherName, await CountAsync(work, "find_names_like", cancellationToken).ConfigureAwait(false)),
            (LedgerErasurePlace.CounterFamily, await CountAsync(work, "find_families_like", cancellationToken).ConfigureAwait(false)),
            (LedgerErasurePlace.PartOfWord, work.Inside),
        ];
        return [.. found.Where(one => one.Count > 0).Select(one => new LedgerErasureRemainder(one.Place, one.Count))];
    }

    /// <summary>The number of rows in which a text, plain or JSON, names the person. The first column is no text.</summary>
    private static async ValueTask<long> CountAsync(ErasureWork work, string statement, CancellationToken cancellationToken)
    {
        var command = work.Session.Command(statement).With("part", work.Person.Part);
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        var count = 0L;
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var texts = Enumerable.Range(1, reader.FieldCount - 1).Select(column => reader.OptionalText(column)).OfType<string>();
            count += texts.Any(work.Person.IsLeftIn) ? 1 : 0;
        }
        return count;
    }
}
