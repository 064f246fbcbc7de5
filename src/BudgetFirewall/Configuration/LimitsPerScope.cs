using System.Diagnostics;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Finds scopes with more limits than one request may match. Every request of such a scope would be refused as bad input.</summary>
internal static class LimitsPerScope
{
    // Combinations of filters beyond this are not worked out at start; requests that match too much are refused then.
    private const long MostWork = 10_000_000;

    public static void Find(BudgetFirewallOptions options, List<string> errors)
    {
        var all = options.Budgets.Where(budget => budget is { IsActive: true }).Select(budget => new Limit(budget.Scope, budget, budget.Filter))
            .Concat(options.RateLimits.Where(limit => limit is { IsActive: true }).Select(limit => new Limit(limit.Scope, limit, limit.Filter)));
        foreach (var kind in all.GroupBy(limit => limit.Scope.Kind, StringComparer.Ordinal))
        {
            Limit[] each = [.. kind.Where(limit => limit.Scope.IsEach)];
            Check(kind.Key, each, isOfOneId: false, errors);
            // Ids of scopes may be those of users, so a message counts them and names none.
            foreach (var own in kind.Where(limit => !limit.Scope.IsEach).GroupBy(limit => limit.Scope.Id, StringComparer.Ordinal))
            {
                Limit[] ofId = [.. own];
                if (CountOf(ofId) + CountOf(each) > DecisionCall.MaxLimits && Check(kind.Key, Merge(each, ofId), isOfOneId: true, errors))
                    break;
            }
        }
    }

    /// <summary>True when one request can match more of these limits, which are all on one scope, than a call may have.</summary>
    public static bool AreTooMany(IReadOnlyCollection<LimitRule> rules) => rules.Sum(rule => rule is CounterRule { Throttle: not null } ? 2 : 1) > DecisionCall.MaxLimits
        && MostPerRequest([.. rules.Select(rule => new Limit(rule.Scope, rule, rule.Filter))]) > DecisionCall.MaxLimits;

    private static Limit[] Merge(Limit[] each, Limit[] own)
    {
        var replaced = own.Select(limit => limit.ReplacementKey).ToHashSet(StringComparer.Ordinal);
        return [.. each.Where(limit => !replaced.Contains(limit.ReplacementKey)), .. own];
    }

    private static bool Check(string kind, Limit[] limits, bool isOfOneId, List<string> errors)
    {
        if (CountOf(limits) <= DecisionCall.MaxLimits || MostPerRequest(limits) is not (> DecisionCall.MaxLimits and var most))
            return false;
        var scope = kind == ScopeKinds.Global ? "the global scope" : $"{(isOfOneId ? "one" : "each")} id of the kind '{DisplayText.Escape(kind)}'";
        errors.Add($"Budgets and RateLimits have {most} limits on {scope} that one request can match, and a request can match at most {DecisionCall.MaxLimits}{(limits.Any(limit => limit.Count > 1) ? ", where a throttled budget counts twice" : "")}: it would be refused");
        return true;
    }

    private static int CountOf(IEnumerable<Limit> limits) => limits.Sum(limit => limit.Count);

    /// <summary>The most limits that one request can match: filters that exclude each other are not added up.</summary>
    private static int MostPerRequest(Limit[] limits)
    {
        Part[] parts =
        [
            new(limits, filter => filter.Providers),
            new(limits, filter => filter.Models, filter => filter.SelectsNoModel),
            new(limits, filter => filter.Operations),
            .. limits.SelectMany(limit => limit.Filter.Dimensions.Keys).Distinct(StringComparer.Ordinal).Select(kind => new Part(limits, filter => filter.Dimensions.GetValueOrDefault(kind) ?? [])),
        ];
        return parts.Aggregate((double)limits.Length, (work, part) => work * part.Names.Length) > MostWork ? 0 : MostPerRequest(limits, parts);
    }

    private static int MostPerRequest(IReadOnlyCollection<Limit> limits, ReadOnlySpan<Part> parts)
    {
        if (parts.IsEmpty)
            return CountOf(limits);
        var most = 0;
        foreach (var name in parts[0].Names)
        {
            var part = parts[0];
            most = Math.Max(most, MostPerRequest([.. limits.Where(limit => part.Allows(limit, name))], parts[1..]));
        }
        return most;
    }

    /// <summary>One part of all filters: the names that a request may have there. Null stands for none, and for every name that no filter has.</summary>
    private sealed class Part(Limit[] limits, Func<RequestFilter, IReadOnlyList<string>> namesOf, Func<RequestFilter, bool>? allowsNone = null)
    {
        public string?[] Names { get; } = [null, .. limits.SelectMany(limit => namesOf(limit.Filter)).Distinct(StringComparer.Ordinal)];

        public bool Allows(Limit limit, string? name) =>
            namesOf(limit.Filter) is var names && (names.Count == 0 || (name is null ? allowsNone?.Invoke(limit.Filter) == true : names.Contains(name)));
    }

    private readonly record struct Limit(BudgetScope Scope, object Definition, RequestFilter Filter)
    {
        /// <summary>The number of limits of a call that it counts as: 2 for a throttled budget, which has a queue beside it.</summary>
        public int Count => Definition is Budget { Throttle: not null } or CounterRule { Throttle: not null } ? 2 : 1;

        // Worked out for the few scopes only that have many limits.
        public string ReplacementKey => Definition switch
        {
            Budget budget => "budget:" + CounterRule.ReplacementKeyOf(budget),
            RateLimit limit => "rate:" + RateLimitRule.ReplacementKeyOf(limit),
            _ => throw new UnreachableException($"There is no limit of the type {Definition.GetType()}."),
        };
    }
}
