namespace BudgetFirewall.Storage;

/// <summary>A budget or a rate limit as a catalog keeps it, so that both are handled alike. Immutable and thread-safe.</summary>
public sealed class LimitDefinition
{
    private LimitDefinition(LimitKey key, Budget? budget, RateLimit? rateLimit) => (Key, Budget, RateLimit) = (key, budget, rateLimit);

    /// <summary>The kind and the id, which many limits derive at each reading and which is kept here.</summary>
    public LimitKey Key { get; }

    /// <summary>The budget; null when this is a rate limit.</summary>
    public Budget? Budget { get; }

    /// <summary>The rate limit; null when this is a budget.</summary>
    public RateLimit? RateLimit { get; }

    internal BudgetScope Scope => Budget?.Scope ?? RateLimit!.Scope;

    internal bool IsActive => Budget?.IsActive ?? RateLimit!.IsActive;

    /// <summary>What is counted, as text: equal for two limits that would count the same. Rate limits of different ids never do.</summary>
    internal string CountedThing => Budget is { } budget
        ? DerivedId.Of(budget.Scope, budget.CalendarName, budget.Unit, budget.Enforcement, budget.Filter)
        : Key.Id;

    /// <summary>A budget.</summary>
    /// <param name="budget">The budget.</param>
    /// <exception cref="ArgumentNullException"><paramref name="budget"/> is null.</exception>
    public static LimitDefinition Of(Budget budget)
    {
        ArgumentNullException.ThrowIfNull(budget);
        return new(new(LimitKind.Budget, budget.Id), budget, rateLimit: null);
    }

    /// <summary>A rate limit.</summary>
    /// <param name="rateLimit">The rate limit.</param>
    /// <exception cref="ArgumentNullException"><paramref name="rateLimit"/> is null.</exception>
    public static LimitDefinition Of(RateLimit rateLimit)
    {
        ArgumentNullException.ThrowIfNull(rateLimit);
        return new(new(LimitKind.RateLimit, rateLimit.Id), budget: null, rateLimit);
    }

    /// <summary>Something that compares as the limit of a key does, to look that up.</summary>
    internal static LimitDefinition Probe(LimitKey key) => new(key, budget: null, rateLimit: null);
}
