using System.Data.Common;
using System.Globalization;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The allocations of a ledger: each is written with its entries in one transaction. Thread-safe.</summary>
internal sealed class StoredAllocations(LedgerDatabase database, EntryWriter writer, TimeProvider timeProvider)
{
    // Some megabytes, in memory and in an answer.
    private const int MostSharesInOnePage = CostAllocation.MaxParts;

    private const int MostTries = 10;

    /// <summary>Allocates a shared cost, unless it was allocated before.</summary>
    /// <exception cref="ArgumentException">A member does not go with another, or no entry has a name of the kind that gets parts.</exception>
    /// <exception cref="NothingUsedException">Nobody has used anything.</exception>
    /// <exception cref="OperationConflictException">The id was used with other content, or by an allocation that has another id since an erasure.</exception>
    /// <exception cref="LedgerException">Persons were erased, time after time, in the meantime.</exception>
    /// <exception cref="DbException">The database cannot be reached, or refuses.</exception>
    public async ValueTask<MadeAllocation> MakeAsync(CostAllocation allocation, CancellationToken cancellationToken)
    {
        AllocationCheck.Whole(allocation);
        for (var tried = 0; tried < MostTries; tried++)
        {
            var (known, fresh, erasures) = await PrepareAsync(allocation.Id, allocation.Partition, known => known is null ? allocation : null, cancellationToken).ConfigureAwait(false);
            if (known is not null)
                return Repeated(known, allocation);
            LedgerEntry[] entries = [.. AllocationEntries.Of(fresh!, allocation.By, allocation.Reason)];
            // Whoever was erased since the use was measured must not be named anew.
            var made = await writer.WriteWholeAsync(
                async session => await FindAsync(session, allocation.Id, allocation.Partition, cancellationToken).ConfigureAwait(false) is { } other
                    ? new WholeWrite<MadeAllocation?>(Repeated(other, allocation), [], [])
                    : await EntryReader.ReadErasureNumberAsync(session, cancellationToken).ConfigureAwait(false) == erasures ? Write(fresh!, null, fresh, entries) : new(null, [], []),
                cancellationToken).ConfigureAwait(false);
            if (made is not null)
                return made;
        }
        throw Overtaken(allocation.Id);
    }

    /// <summary>Takes an allocation back and makes it by the present use. Where that gives the same parts, and it was not taken back, nothing is changed.</summary>
    /// <returns>The allocation; null where there is none.</returns>
    /// <exception cref="NothingUsedException">Nobody has used anything.</exception>
    /// <exception cref="LedgerException">Others have made it again, or persons were erased, time after time, in the meantime.</exception>
    /// <exception cref="DbException">The database cannot be reached, or refuses.</exception>
    public async ValueTask<MadeAllocation?> MakeAgainAsync(string id, string? partition, string? by, string? reason, CancellationToken cancellationToken)
    {
        for (var tried = 0; tried < MostTries; tried++)
        {
            var (known, fresh, erasures) = await PrepareAsync(id, partition, known => known?.Allocation, cancellationToken).ConfigureAwait(false);
            if (known is null || fresh is null)
                return null;
            if (IsSame(known, fresh))
                return known with { IsReplay = true };
            LedgerEntry[] entries = [.. Undoing(known), .. AllocationEntries.Of(fresh, by, reason)];
            // Whatever was measured before another made it again might be older than what that one has measured, and before an erasure, name who is erased.
            var written = await writer.WriteWholeAsync(
                async session => await FindAsync(session, id, partition, cancellationToken).ConfigureAwait(false) is { } now && now.Version == known.Version && now.TakenBackAt == known.TakenBackAt
                    && await EntryReader.ReadErasureNumberAsync(session, cancellationToken).ConfigureAwait(false) == erasures
                    ? Write(fresh, Standing(known), fresh, entries)
                    : new(null, [], []),
                cancellationToken).ConfigureAwait(false);
            if (written is not null)
                return written;
        }
        throw Overtaken(id);

        IEnumerable<LedgerEntry> Undoing(MadeAllocation known) => Standing(known) is null ? [] : AllocationEntries.Undoing(known, by, reason);
    }

    /// <summary>Takes an allocation back.</summary>
    /// <returns>The allocation; null where there is none.</returns>
    /// <exception cref="DbException">The database cannot be reached, or refuses.</exception>
    public ValueTask<MadeAllocation?> TakeBackAsync(string id, string? partition, string? by, string? reason, CancellationToken cancellationToken) => writer.WriteWholeAsync(
        async session =>
        {
            if (await FindAsync(session, id, partition, cancellationToken).ConfigureAwait(false) is not { } known)
                return new WholeWrite<MadeAllocation?>(null, [], []);
            if (known.TakenBackAt is not null)
                return new(known with { IsReplay = true }, [], []);
            var ended = known with { TakenBackAt = Now() };
            return Write(ended, known, null, [.. AllocationEntries.Undoing(known, by, reason)]);
        },
        cancellationToken);

    /// <summary>One allocation; null where there is none.</summary>
    public async ValueTask<MadeAllocation?> FindAsync(string id, string? partition, CancellationToken cancellationToken)
    {
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        return await FindAsync(session, id, partition, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A page of allocations, the latest first.</summary>
    /// <exception cref="ArgumentException">The cursor is none.</exception>
    public async ValueTask<AllocationPage> ReadAsync(string? partition, int limit, string? cursor, CancellationToken cancellationToken)
    {
        var before = long.MaxValue;
        if (cursor is not null && !(long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before) && before > 0))
            throw new ArgumentException("The cursor is not one that a page has given.", nameof(cursor));
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var command = session.Command("list_allocations").With("partition", partition ?? "").With("before", before).With("limit", limit + 1L);
        await using var __ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var ___ = reader.ConfigureAwait(false);
        var (found, shares) = (new List<MadeAllocation>(), 0);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var made = found.Count < limit ? Of(reader) : null;
            shares += made?.Shares.Length ?? 0;
            if (made is null || (found.Count > 0 && shares > MostSharesInOnePage))
                return new([.. found], found[^1].Row.ToString(CultureInfo.InvariantCulture));
            found.Add(made);
        }
        return new([.. found], null);
    }

    /// <summary>What is kept of an allocation, the same by the use that one session sees, and the number of the last erasure that it sees; without the latter two where nothing is to be made.</summary>
    private async ValueTask<(MadeAllocation? Known, MadeAllocation? Fresh, long Erasures)> PrepareAsync(
        string id, string? partition, Func<MadeAllocation?, CostAllocation?> toMake, CancellationToken cancellationToken)
    {
        var session = await database.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var known = await FindAsync(session, id, partition, cancellationToken).ConfigureAwait(false);
        if (toMake(known) is not { } allocation)
            return (known, null, 0);
        var erasures = await EntryReader.ReadErasureNumberAsync(session, cancellationToken).ConfigureAwait(false);
        if (known is null)
            await FormerAllocations.RefuseAsync(session, allocation, cancellationToken).ConfigureAwait(false);
        var weights = await AllocationUse.WeightsAsync(session, allocation, cancellationToken).ConfigureAwait(false);
        var days = AllocationDays.Of(allocation);
        AllocationCheck.CheckParts(allocation, weights.Count, days.Count, allocation.Each is null ? nameof(allocation.Targets) : nameof(allocation.Each));
        return (known, new()
        {
            Allocation = allocation,
            Shares = AllocationDivision.Of(allocation.AmountNanos, weights, days),
            Times = [.. days.Select(day => day.Start)],
            Version = (known?.Version ?? 0) + 1,
            MadeAt = Now(),
        }, erasures);
    }

    private static LedgerException Overtaken(string id) =>
        new(DisplayText.Escape($"The allocation '{id}' was changed by others, or persons were erased, {MostTries} times while it was to be made. Try again later."));

    private static MadeAllocation Repeated(MadeAllocation known, CostAllocation allocation) => StoredAllocation.TextOf(known.Allocation) == StoredAllocation.TextOf(allocation)
        ? known with { IsReplay = true }
        : throw new OperationConflictException(DisplayText.Escape($"There is an allocation '{allocation.Id}' with other content. Nothing was changed."));

    private static bool IsSame(MadeAllocation known, MadeAllocation fresh) =>
        known.TakenBackAt is null && known.Times.SequenceEqual(fresh.Times) && known.Shares.Length == fresh.Shares.Length
        && known.Shares.Zip(fresh.Shares).All(pair => pair.First.Scope == pair.Second.Scope && pair.First.Weight == pair.Second.Weight && pair.First.Nanos.SequenceEqual(pair.Second.Nanos));

    private static MadeAllocation? Standing(MadeAllocation known) => known.TakenBackAt is null ? known : null;

    /// <summary>What is written of a change from what stood before to what stands now.</summary>
    private WholeWrite<MadeAllocation?> Write(MadeAllocation answer, MadeAllocation? before, MadeAllocation? after, IReadOnlyList<LedgerEntry> entries) =>
        new(answer, entries, [RowsOf(answer)], AllocationEvent.Of(before, after, entries, Now()));

    private DateTimeOffset Now() => LedgerTime.Truncate(timeProvider.GetUtcNow());

    private static LedgerRows RowsOf(MadeAllocation made)
    {
        var rows = new LedgerRows(
            "ledger_allocations", ["version", "made_us", "taken_back_us"], ["allocation_id", "partition_name", "content", "shares", "actor"],
            "on conflict (allocation_id, partition_name) do update set version = excluded.version, made_us = excluded.made_us, taken_back_us = excluded.taken_back_us, shares = excluded.shares");
        rows.Add(
            [made.Version, LedgerTime.Microseconds(made.MadeAt), made.TakenBackAt is { } end ? LedgerTime.Microseconds(end) : null],
            made.Allocation.Id, made.Allocation.Partition ?? "", StoredAllocation.TextOf(made.Allocation), StoredShares.TextOf(made), made.Allocation.By);
        return rows;
    }

    private static async ValueTask<MadeAllocation?> FindAsync(LedgerSession session, string id, string? partition, CancellationToken cancellationToken) =>
        (await ReadAsync(session.Command("find_allocation").With("allocation", id).With("partition", partition ?? ""), cancellationToken).ConfigureAwait(false)).FirstOrDefault();

    private static async ValueTask<List<MadeAllocation>> ReadAsync(DbCommand command, CancellationToken cancellationToken)
    {
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        var found = new List<MadeAllocation>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            found.Add(Of(reader));
        return found;
    }

    private static MadeAllocation Of(DbDataReader reader)
    {
        var (times, shares) = StoredShares.Parse(reader.Text(7));
        return new()
        {
            Allocation = StoredAllocation.Parse(reader.Text(6), reader.Text(4), reader.Text(5) is { Length: > 0 } partition ? partition : null, reader.OptionalText(8)),
            Shares = shares,
            Times = times,
            Version = reader.GetInt64(1),
            MadeAt = LedgerTime.FromMicroseconds(reader.GetInt64(2)),
            TakenBackAt = reader.OptionalNumber(3) is { } end ? LedgerTime.FromMicroseconds(end) : null,
            Row = reader.GetInt64(0),
        };
    }
}
