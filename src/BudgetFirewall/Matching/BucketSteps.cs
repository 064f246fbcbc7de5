using System.Collections.Immutable;
using System.Runtime.InteropServices;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>What a request does to each rate limit that matches it.</summary>
internal static class BucketSteps
{
    public static ImmutableArray<BucketStep> Of(ScopedRules<BucketRule> rules, BudgetRequest request, DecisionKind kind)
    {
        if (rules.MaxPerRequest == 0)
            return [];
        var steps = new BucketStep[rules.MaxPerRequest];
        var count = 0;
        for (var i = 0; i < rules.KindCount; i++)
        {
            var matching = rules.ForRequest(i, request, out var scopeId);
            foreach (var rule in matching)
            {
                if (rule.Filter.Matches(request) && TryStep(rule, scopeId, request, kind, out var step))
                    steps[count++] = step;
            }
        }
        if (count < steps.Length)
            Array.Resize(ref steps, count);
        return ImmutableCollectionsMarshal.AsImmutableArray(steps);
    }

    /// <summary>What a usage should have taken from a bucket that a reservation took from.</summary>
    public static long Take(BucketStep step, BudgetUsage usage) =>
        step.Rule.RateLimit.Unit is { } unit ? UnitUse.Of(unit, usage).Micros : step.TakeMicros;

    private static bool TryStep(BucketRule rule, string scopeId, BudgetRequest request, DecisionKind kind, out BucketStep step)
    {
        if (rule.RateLimit.Unit is not { } unit)
        {
            var permits = request.Permits * (long)UnitAmount.MicrosPerUnit;
            step = new(rule, scopeId, permits, permits);
            return kind != DecisionKind.Charge;
        }
        var use = UnitUse.Of(unit, request.Usage);
        step = kind switch
        {
            // Unknown is not zero: something must then be left.
            _ when use.IsUnknown => new(rule, scopeId, NeedMicros: 1, TakeMicros: 0),
            DecisionKind.Check => new(rule, scopeId, use.Micros, TakeMicros: 0),
            _ => new(rule, scopeId, use.Micros, use.Micros),
        };
        return use.IsConcerned && !(use.IsUnknown && kind == DecisionKind.Charge);
    }
}
