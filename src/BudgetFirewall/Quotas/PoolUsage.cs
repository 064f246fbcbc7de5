using System.Collections.Immutable;
using System.Text.Json;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// What a ledger is told of a pool: its members with what they have had and used, in parts that an entry has room for. All of it follows from what the store keeps, its time included, so that whoever tells it
/// again tells the same. Pure functions.
/// </summary>
internal static class PoolUsage
{
    private const int MembersPerPart = 256;

    /// <summary>The number of parts in which the members of a pool are told.</summary>
    public static int PartsOf(int members) => (members + MembersPerPart - 1) / MembersPerPart;

    /// <summary>The end of a period.</summary>
    public static ImmutableArray<LimitChange> OfPeriod(StoredPool pool, PeriodData ended) =>
        Parts(new(LimitChangeKind.PoolPeriod, pool.Pool.Id, pool.Partition) { Time = new(ended.End, TimeSpan.Zero) }, pool.Pool, ended);

    /// <summary>A division by which members borrow, with the limits that they have got.</summary>
    public static ImmutableArray<LimitChange> OfReallocation(StoredPool pool, ReallocationData reallocation)
    {
        var state = pool.State;
        var period = pool.Pool.Calendar.At(new(state.Period, TimeSpan.Zero));
        var present = new PeriodData
        {
            Start = period.Start.Ticks,
            End = period.End.Ticks,
            Limit = pool.Pool.Limit,
            IsKnown = true,
            Scopes = [.. pool.Pool.Members.Select(member => member.Scope.ToString())],
            Allocated = state.Amounts,
            Base = state.Base,
            Used = reallocation.Used,
            RolledOver = state.RolledOver,
        };
        return Parts(new(LimitChangeKind.PoolReallocation, pool.Pool.Id, pool.Partition) { Time = new(reallocation.At, TimeSpan.Zero), By = reallocation.By }, pool.Pool, present);
    }

    /// <summary>The period that some parts tell; null where one is missing, because the ledger does not keep it any more, say.</summary>
    /// <exception cref="JsonException">A part is none.</exception>
    /// <exception cref="FormatException">A scope is none.</exception>
    public static QuotaPeriod? PeriodOf(string poolId, IEnumerable<LimitChange> parts)
    {
        PoolUsageData[] read = [.. parts.OrderBy(part => part.Part).Select(part => JsonSerializer.Deserialize(part.After ?? "null", PoolUsageJsonContext.Default.PoolUsageData) ?? throw new JsonException("There is nothing in it."))];
        if (read.Sum(part => part.Members.Length) != read[0].MemberCount)
            return null;
        return new()
        {
            PoolId = poolId,
            Period = new(read[0].Start.UtcDateTime, read[0].End.UtcDateTime),
            Limit = read[0].Limit,
            IsKnown = read[0].IsKnown,
            Members = Array.AsReadOnly(read.SelectMany(part => part.Members).Select(member => member.ToMember()).ToArray()),
        };
    }

    private static ImmutableArray<LimitChange> Parts(LimitChange change, QuotaPool pool, PeriodData data)
    {
        var period = QuotaPeriod.Of(pool, data);
        return [.. period.Members.Chunk(MembersPerPart).Select((members, part) => change with { Part = part, After = Json(period, pool.Unit, members) })];
    }

    private static string Json(QuotaPeriod period, string? unit, QuotaMemberPeriod[] members) => JsonSerializer.Serialize(
        new PoolUsageData
        {
            Start = new(period.Period.Start),
            End = new(period.Period.End),
            Limit = period.Limit,
            Unit = unit,
            IsKnown = period.IsKnown,
            MemberCount = period.Members.Count,
            Members = [.. members.Select(MemberUsageData.Of)],
        },
        PoolUsageJsonContext.Default.PoolUsageData);
}
