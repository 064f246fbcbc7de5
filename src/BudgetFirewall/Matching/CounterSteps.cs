using System.Collections.Immutable;
using System.Runtime.InteropServices;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>What a request does to each budget that matches it.</summary>
internal static class CounterSteps
{
    public static ImmutableArray<CounterStep> Of(ScopedRules<CounterRule> rules, BudgetRequest request, CostQuote quote)
    {
        if (rules.MaxPerRequest == 0)
            return [];
        var steps = new CounterStep[rules.MaxPerRequest];
        var count = 0;
        for (var kind = 0; kind < rules.KindCount; kind++)
        {
            var matching = rules.ForRequest(kind, request, out var scopeId);
            foreach (var rule in matching)
            {
                if (rule.Filter.Matches(request) && TryStep(rule, scopeId, request.Usage, quote, out var step))
                    steps[count++] = step;
            }
        }
        if (count < steps.Length)
            Array.Resize(ref steps, count);
        return ImmutableCollectionsMarshal.AsImmutableArray(steps);
    }

    /// <summary>What a usage charges to a counter that a reservation holds.</summary>
    public static long Amount(CounterRule rule, BudgetUsage usage, long costNanos) =>
        rule.Family.Unit is { } unit ? UnitUse.Of(unit, usage).Micros : costNanos;

    private static bool TryStep(CounterRule rule, string scopeId, BudgetUsage? usage, CostQuote quote, out CounterStep step)
    {
        if (rule.Family.Unit is not { } unit)
        {
            step = new(rule, scopeId, quote.Nanos, quote.IsUnknown);
            return true;
        }
        var use = UnitUse.Of(unit, usage);
        step = new(rule, scopeId, use.Micros, use.IsUnknown);
        return use.IsConcerned;
    }
}
