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
                if (ofId.Length + each.Length > DecisionCall.MaxLimits && Check(kind.Key, Merge(each, ofId), isOfOneId: true, errors))
                    break;
            }
        }
    }

    private static Limit[] Merge(Limit[] each, Limit[] own)
    {
        var replaced = own.Select(limit => limit.ReplacementKey).ToHashSet(StringComparer.Ordinal);
        return [.. each.Where(limit => !replaced.Contains(limit.ReplacementKey)), .. own];
    }

    private static bool Check(string kind, Limit[] limits, bool isOfOneId, List<string> errors)
    {
        if (limits.Length <= DecisionCall.MaxLimits || MostPerRequest(limits) is not (> DecisionCall.MaxLimits and var most))
            return false;
        var scope = kind == ScopeKinds.Global ? "the global scope" : $"{(isOfOneId ? "one" : "each")} id of the kind '{DisplayText.Escape(kind)}'";
        errors.Add($"Budgets and RateLimits have {most} limits on {scope} that one request can match, and a request can match at most {DecisionCall.MaxLimits}: it would be refused");
        return true;
    }

    /// <summary>The most limits that one request can match: filters that exclude each other are not added up.</summary>
    private static int MostPerRequest(Limit[] limits)
    {
        var providers = Names(limits, filter => filter.Providers);
        var models = Names(limits, filter => filter.Models);
        var operations = Names(limits, filter => filter.Operations);
        if ((double)providers.Length * models.Length * operations.Length * limits.Length > MostWork)
            return 0;
        var most = 0;
        foreach (var provider in providers)
        {
            foreach (var model in models)
            {
                foreach (var operation in operations)
                    most = Math.Max(most, limits.Count(limit => Allows(limit.Filter.Providers, provider) && Allows(limit.Filter.Models, model) && Allows(limit.Filter.Operations, operation)));
            }
        }
        return most;
    }

    // Null stands for every name that no filter has.
    private static string?[] Names(Limit[] limits, Func<RequestFilter, IReadOnlyList<string>> namesOf) =>
        [null, .. limits.SelectMany(limit => namesOf(limit.Filter)).Distinct(StringComparer.Ordinal)];

    private static bool Allows(IReadOnlyList<string> names, string? name) => names.Count == 0 || (name is not null && names.Contains(name));

    private readonly record struct Limit(BudgetScope Scope, object Definition, RequestFilter Filter)
    {
        // Worked out for the few scopes only that have many limits.
        public string ReplacementKey => Definition switch
        {
            Budget budget => "budget:" + CounterRule.ReplacementKeyOf(budget),
            RateLimit limit => "rate:" + RateLimitRule.ReplacementKeyOf(limit),
            _ => throw new UnreachableException($"There is no limit of the type {Definition.GetType()}."),
        };
    }
}
