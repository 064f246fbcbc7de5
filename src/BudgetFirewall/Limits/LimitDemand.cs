namespace BudgetFirewall.Storage;

/// <summary>The demand of one call on one limit: on a budget in the period that the store's clock is in. Amounts are nanos of money or micros of a unit.</summary>
/// <param name="Rule">The limit.</param>
/// <param name="ScopeId">The scope's id.</param>
/// <param name="Need">The amount that there must be room for, <see cref="Headroom"/> included; 0 or less needs none. A charge is recorded whether or not there is room.</param>
/// <param name="Take">The amount that is set aside or charged in a budget, 0 or more, or taken from a rate limit, even if its level falls below zero. A check
/// takes nothing from a budget.</param>
public readonly record struct LimitDemand(LimitRule Rule, string ScopeId, long Need, long Take)
{
    /// <summary>The part of <see cref="Need"/> that the request does not use, and that must stay free for requests of other priorities; mostly 0.</summary>
    public long Headroom { get; init; }

    /// <summary>The part of <see cref="Need"/> that the request uses itself: all of it but for <see cref="Headroom"/>.</summary>
    // Together with the headroom it may be more than is counted; alone it never is.
    public long OwnNeed => Headroom > 0 && Need == long.MaxValue ? Math.Max(Take, 1) : Math.Max(Need - Headroom, 0);

    /// <summary>The demand on a budget.</summary>
    /// <param name="rule">The budget.</param>
    /// <param name="scopeId">The scope's id.</param>
    /// <param name="amount">Nanos or micros to look for, set aside or charge, 0 or more.</param>
    /// <param name="isUnknown">True when more than the amount may be used: something must then remain, be the amount 0.</param>
    public static LimitDemand OfBudget(LimitRule rule, string scopeId, long amount, bool isUnknown) =>
        new(rule, scopeId, isUnknown ? Math.Max(amount, 1) : amount, amount);

    /// <summary>The same demand where an amount must stay free. A demand that needs nothing needs nothing of that either.</summary>
    internal LimitDemand KeepingFree(long headroom) => headroom == 0 || Need <= 0
        ? this
        : this with { Need = Need > long.MaxValue - headroom ? long.MaxValue : Need + headroom, Headroom = headroom };

    /// <summary>A demand that only reads a limit: it needs and takes nothing.</summary>
    /// <param name="rule">The limit.</param>
    /// <param name="scopeId">The scope's id.</param>
    public static LimitDemand Look(LimitRule rule, string scopeId) => new(rule, scopeId, Need: 0, Take: 0);
}
