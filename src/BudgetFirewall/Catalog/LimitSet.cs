using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Limits of one kind that are set together, of different ids. Immutable.</summary>
/// <param name="Limits">The limits.</param>
/// <param name="Member">The name of the argument that they were given in.</param>
internal sealed record LimitSet(ImmutableArray<LimitDefinition> Limits, string Member)
{
    /// <summary>The most limits that are set in one call.</summary>
    public const int MaxCount = 1_000;

    private readonly HashSet<LimitKey> _keys = [.. Limits.Select(limit => limit.Key)];

    /// <summary>One limit.</summary>
    /// <exception cref="ArgumentException">It cannot be counted.</exception>
    public static LimitSet Of(LimitDefinition limit, string member)
    {
        CheckValues(limit);
        return new([limit], member);
    }

    /// <summary>Checks limits, each by itself and all together.</summary>
    /// <exception cref="ArgumentException">There are too many, or one of them is null, cannot be counted, or repeats the id of another or what it counts.</exception>
    public static LimitSet Of<TLimit>(IReadOnlyCollection<TLimit> limits, Func<TLimit, LimitDefinition> definitionOf, string member) where TLimit : class
    {
        if (limits.Count > MaxCount)
            throw new ArgumentException($"{member} has {limits.Count:N0} limits; at most {MaxCount:N0} are set in one call.", member);
        var set = ImmutableArray.CreateBuilder<LimitDefinition>(limits.Count);
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var counted = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var given in limits)
        {
            var i = set.Count;
            if (given is null)
                throw new ArgumentException($"{member}[{i}] is null.", member);
            var limit = definitionOf(given);
            CheckValues(limit, i, member);
            if (!ids.TryAdd(limit.Key.Id, i))
                throw new ArgumentException(DisplayText.Escape($"{member}[{i}] has the same id as {member}[{ids[limit.Key.Id]}]: '{limit.Key.Id}'."), member);
            if (limit.IsActive && !counted.TryAdd(limit.CountedThing, i))
                throw new ArgumentException(DisplayText.Escape($"{member}[{i}] ('{limit.Key.Id}') would count what {member}[{counted[limit.CountedThing]}] counts ({limit.CountedThing})."), member);
            set.Add(limit);
        }
        return new(set.MoveToImmutable(), member);
    }

    /// <summary>A limit of these and the id of an active one in force that counts the same; null when there is none.</summary>
    public (LimitDefinition Limit, string TwinId)? TwinIn(Limits limits)
    {
        foreach (var limit in Limits)
        {
            if (limit.IsActive && limits.TwinOf(limit, _keys) is { } twin)
                return (limit, twin);
        }
        return null;
    }

    /// <summary>A scope of these limits that would have more limits, together with those in force, than one request may match; null when there is none.</summary>
    public BudgetScope? CrowdIn(Limits limits)
    {
        foreach (var ofScope in Limits.Where(limit => limit.IsActive).GroupBy(limit => limit.Scope))
        {
            // Most scopes have a few limits: only for others is it worked out what would be in force.
            if ((limits.On(ofScope.Key).Count + ofScope.Count()) * 2 > DecisionCall.MaxLimits
                && LimitsPerScope.AreTooMany(limits.With(new() { Version = limits.CatalogVersion, Set = Limits }, out _).On(ofScope.Key)))
                return ofScope.Key;
        }
        return null;
    }

    public ArgumentException Crowded(BudgetScope scope) => new(
        DisplayText.Escape($"{scope} would have more than {DecisionCall.MaxLimits} limits that one request can match, where a throttled budget counts twice, and such requests could not even be charged."), Member);

    public ArgumentException Conflict((LimitDefinition Limit, string TwinId) twin) => new(
        DisplayText.Escape($"The {twin.Limit.Key.KindText} '{twin.Limit.Key.Id}' would count what the active {twin.Limit.Key.KindText} '{twin.TwinId}' counts ({twin.Limit.CountedThing})."), Member);

    private static void CheckValues(LimitDefinition limit, int index, string member)
    {
        try
        {
            CheckValues(limit);
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException(DisplayText.Escape($"{member}[{index}] ('{limit.Key.Id}'): {e.Message}"), member, e);
        }
    }

    private static void CheckValues(LimitDefinition limit)
    {
        if (limit.Budget is { } budget)
            budget.CheckCountable();
        else
            _ = RateLimitRules.Of(limit.RateLimit!);
    }
}
