using System.Data.Common;

namespace BudgetFirewall.Storage;

/// <summary>Reads the counters of the present periods, what was moved in one of them lately, and those that are spent too fast. Thread-safe.</summary>
internal sealed class CounterReader(LedgerDatabase database)
{
    private const long NanosPerUnit = 1_000_000_000;
    private const long MostBurning = 1_000;

    private static readonly long[] Spending = [.. LedgerKinds.All.Where(LedgerKinds.MovesSpent).Select(kind => (long)kind)];

    /// <summary>The counters of some scopes in a period.</summary>
    /// <param name="family">The name of their family.</param>
    /// <param name="period">The start of the period.</param>
    /// <param name="scopes">The ids of the scopes, at most <see cref="SpendReader.MostScopes"/>.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async ValueTask<IReadOnlyList<OpenCounter>> ReadAsync(string family, DateTime period, IReadOnlyList<long> scopes, CancellationToken cancellationToken)
    {
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var find = session.Command("find_family").With("name", family);
        await using var __ = find.ConfigureAwait(false);
        if (await find.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not long id)
            return [];
        var command = session.Command("read_counters_of_scopes", scopes).With("family", id).With("start", LedgerTime.OfPeriod(LedgerTime.PeriodOf(period)));
        await using var ___ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var ____ = reader.ConfigureAwait(false);
        var counters = new List<OpenCounter>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            counters.Add(new(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.OptionalText(3), reader.GetInt64(4)));
        return counters;
    }

    /// <summary>What entries have moved in a counter since a time.</summary>
    /// <param name="counter">The id of the counter.</param>
    /// <param name="scope">The id of its scope; null for the global one, which every entry belongs to.</param>
    /// <param name="since">The time.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async ValueTask<long> SumAsync(long counter, long? scope, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var command = scope is { } id ? session.Command("sum_moved", Spending).With("scope", id) : session.Command("sum_moved_of_all", Spending);
        command.With("counter", counter).With("first", EntryKey.First(LedgerTime.Microseconds(since)));
        await using var __ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var ___ = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (long)Int128.Min(((Int128)reader.GetInt64(0) * NanosPerUnit) + reader.GetInt64(1), long.MaxValue);
    }

    /// <summary>A page of the budgets that are spent too fast and not calm yet.</summary>
    public async ValueTask<IReadOnlyList<BurningCounter>> ReadBurningAsync(long after, CancellationToken cancellationToken)
    {
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var command = session.Command("read_burning").With("after", after).With("limit", MostBurning);
        await using var __ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var ___ = reader.ConfigureAwait(false);
        var burning = new List<BurningCounter>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            burning.Add(Of(reader));
        return burning;
    }

    /// <summary>True for a counter that was told for a budget and is not calm yet.</summary>
    public async ValueTask<bool> IsBurningAsync(long counter, string budgetId, CancellationToken cancellationToken)
    {
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var command = session.Command("find_burning").With("counter", counter).With("budget", budgetId);
        await using var __ = command.ConfigureAwait(false);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is long;
    }

    public async ValueTask CalmAsync(long anomaly, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var session = await database.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        await CommandExtensions.ExecuteAsync(session.Command("calm_anomaly").With("id", anomaly).With("now", LedgerTime.Microseconds(now)), cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static BurningCounter Of(DbDataReader reader) => new(
        reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), BudgetScope.Of(reader.Text(3), reader.Text(4)), reader.OptionalText(5), reader.Text(6), LedgerTime.PeriodOf(reader.GetInt64(7)));
}
