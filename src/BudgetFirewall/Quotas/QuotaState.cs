namespace BudgetFirewall;

/// <summary>A pool as it is divided in the present period. Immutable and thread-safe.</summary>
public sealed class QuotaState
{
    /// <summary>The pool.</summary>
    public required QuotaPool Pool { get; init; }

    /// <summary>The present period, UTC.</summary>
    public required PeriodWindow Period { get; init; }

    /// <summary>What each member may spend in the period, apart from what was rolled over, in the order of <see cref="QuotaPool.Members"/>. The amounts never add up to more than the pool.</summary>
    public required IReadOnlyList<QuotaAllocation> Allocations { get; init; }

    /// <summary>What was rolled over from the last period and may be spent beside the allocations; members without are left out.</summary>
    public required IReadOnlyList<QuotaAllocation> RolledOver { get; init; }

    /// <summary>What nobody has: from here come allowances that are given by hand.</summary>
    public required decimal Undivided { get; init; }

    /// <summary>The id of the budget of a member.</summary>
    /// <param name="scope">The member's scope.</param>
    public string BudgetIdOf(BudgetScope scope) => PoolBudgets.IdOf(Pool.Id, scope);

    internal static QuotaState Of(StoredPool stored)
    {
        var (pool, state) = (stored.Pool, stored.State);
        QuotaAllocation Amount(int i, long amount) => new(pool.Members[i].Scope, pool.ToDecimal(amount));
        return new()
        {
            Pool = pool,
            Period = pool.Calendar.At(new(state.Period, TimeSpan.Zero)),
            Allocations = Array.AsReadOnly(state.Amounts.Select((amount, i) => Amount(i, amount)).ToArray()),
            RolledOver = Array.AsReadOnly(Enumerable.Range(0, state.RolledOver.Length).Where(i => state.RolledOver[i] > 0).Select(i => Amount(i, state.RolledOver[i])).ToArray()),
            Undivided = pool.ToDecimal(state.Rest),
        };
    }
}
