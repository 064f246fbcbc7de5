namespace BudgetFirewall;

/// <summary>An ended period of a pool. Immutable and thread-safe.</summary>
public sealed class QuotaPeriod
{
    /// <summary>The pool's id.</summary>
    public required string PoolId { get; init; }

    /// <summary>The period, UTC.</summary>
    public required PeriodWindow Period { get; init; }

    /// <summary>The pool's limit in it.</summary>
    public required decimal Limit { get; init; }

    /// <summary>False when nobody renewed the pool for so long that what was used is not known any more: it is 0 then, and nothing was rolled over.</summary>
    public required bool IsKnown { get; init; }

    /// <summary>The members of then, in the ordinal order of their scopes' texts.</summary>
    public required IReadOnlyList<QuotaMemberPeriod> Members { get; init; }

    internal static QuotaPeriod Of(QuotaPool pool, PeriodData data) => new()
    {
        PoolId = pool.Id,
        Period = new(new(data.Start, DateTimeKind.Utc), new(data.End, DateTimeKind.Utc)),
        Limit = data.Limit,
        IsKnown = data.IsKnown,
        Members = Array.AsReadOnly(data.Scopes.Select((scope, i) => new QuotaMemberPeriod
        {
            Scope = BudgetScope.Parse(scope),
            Allocated = pool.ToDecimal(data.Allocated[i]),
            Used = pool.ToDecimal(data.Used[i]),
            RolledOver = pool.ToDecimal(data.RolledOver[i]),
            Lent = pool.ToDecimal(Math.Max(0, data.Base[i] - data.Allocated[i])),
            Borrowed = pool.ToDecimal(Math.Max(0, data.Allocated[i] - data.Base[i])),
        }).ToArray()),
    };
}
