using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The limits that are defined for one id, in the order of decisions. Thread-safe.</summary>
internal sealed class OwnRules<TRule>(TRule[] rules) where TRule : LimitRule
{
    // Made at the first request: a change of a limit on each id would otherwise take a look at every id that has limits of its own.
    private Merged? _merged;

    /// <summary>The limits that are defined for the id itself.</summary>
    public TRule[] Rules { get; } = rules;

    /// <summary>These limits and those on each id that none of them replaces, in the order of decisions.</summary>
    public TRule[] With(TRule[] each)
    {
        if (each.Length == 0)
            return Rules;
        var merged = _merged;
        if (merged is null || !ReferenceEquals(merged.Each, each))
            _merged = merged = new(each, Merge(each));
        return merged.Rules;
    }

    /// <summary>The number of limits that <see cref="With"/> gives.</summary>
    public int CountWith(TRule[] each) => each.Length == 0 ? Rules.Length : Rules.Length + each.Count(rule => !Replaces(rule));

    private TRule[] Merge(TRule[] each)
    {
        if (Rules.Length == 0)
            return each;
        var own = Rules.Select(rule => rule.ReplacedId is null && each.FirstOrDefault(other => other.ReplacementKey == rule.ReplacementKey) is { } replaced
            ? (TRule)rule.Replacing(replaced.Id)
            : rule);
        return [.. each.Where(rule => !Replaces(rule)).Concat(own).OrderBy(rule => rule.OrderKey, StringComparer.Ordinal)];
    }

    private bool Replaces(TRule each) => Rules.Any(rule => rule.ReplacementKey == each.ReplacementKey);

    private sealed record Merged(TRule[] Each, TRule[] Rules);
}
