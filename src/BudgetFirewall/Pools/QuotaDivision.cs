namespace BudgetFirewall;

/// <summary>
/// The division of an amount among the members of a pool: a pure function of the amount, the pool, and the members' needs. Exact to 0.000000001 of money and to a whole unit. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// Shares are weighted max-min fair: nobody can get more without somebody getting less who has, by weight, no more. They are worked out exactly, rounded down, and what is left over goes, by a nano or a
/// unit each, to the members that lost the largest fraction, of equal ones to the first by the ordinal order of their scopes' texts.
/// </para>
/// <para>
/// The allocations and <see cref="Undivided"/> add up to the amount. Nobody gets more than it wants or its maximum. The order of members does not matter. With a larger amount no member's exact share is
/// smaller; rounded, it may be smaller by one nano or unit, as largest remainders have it (the Alabama paradox). With <see cref="QuotaStrategy.Dynamic"/>, whose floors and ceilings are rounded too, it may be smaller by as
/// many as there are members.
/// </para>
/// </remarks>
/// <example><code>
/// var division = QuotaDivision.Of(pool, pool.Limit);
/// foreach (var (scope, amount) in division.Allocations)
///     Console.WriteLine($"{scope}: {amount}");
/// </code></example>
public sealed class QuotaDivision
{
    private QuotaDivision(IReadOnlyList<QuotaAllocation> allocations, decimal undivided) => (Allocations, Undivided) = (allocations, undivided);

    /// <summary>The amount of each member, in the order of <see cref="QuotaPool.Members"/>.</summary>
    public IReadOnlyList<QuotaAllocation> Allocations { get; }

    /// <summary>The amount that nobody gets, since every member has all that it wants.</summary>
    public decimal Undivided { get; }

    /// <summary>Divides an amount.</summary>
    /// <param name="pool">The pool; its limit is not looked at.</param>
    /// <param name="amount">The amount: 0 to 9,000,000,000 of money, or 0 to 9,000,000,000,000 whole units.</param>
    /// <param name="needs">The needs of members by their scopes; a member that is not named keeps nothing, wants as much as there is, and has no past. Null: no member is named.</param>
    /// <returns>The division.</returns>
    /// <exception cref="ArgumentNullException">The pool is null.</exception>
    /// <exception cref="ArgumentException">The pool cannot be divided, the amount or a need is outside its range, or a need is that of no member.</exception>
    public static QuotaDivision Of(QuotaPool pool, decimal amount, IReadOnlyDictionary<BudgetScope, QuotaNeed>? needs = null)
    {
        ArgumentNullException.ThrowIfNull(pool);
        pool.CheckDivisible();
        var grains = pool.AmountOf(amount, nameof(amount)) / pool.Grain;
        if (grains * pool.Grain != pool.AmountOf(amount, nameof(amount)))
            throw new ArgumentOutOfRangeException(nameof(amount), amount, "amount must be whole, as units are divided as whole ones.");
        var shares = new PoolShares(pool, grains, needs ?? new Dictionary<BudgetScope, QuotaNeed>());
        var undivided = shares.Divide();
        return new(
            Array.AsReadOnly(pool.Members.Select((member, i) => new QuotaAllocation(member.Scope, pool.ToDecimal(shares.Shares[i] * pool.Grain))).ToArray()),
            pool.ToDecimal(undivided * pool.Grain));
    }
}
