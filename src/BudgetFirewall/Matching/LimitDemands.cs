using System.Collections.Immutable;
using System.Runtime.InteropServices;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Makes the demands of a request on each limit that matches it.</summary>
internal static class LimitDemands
{
    /// <summary>The demands, budgets first.</summary>
    public static ImmutableArray<LimitDemand> Of(Limits limits, BudgetRequest request, CostQuote quote, DecisionKind kind, out int budgetCount)
    {
        // A charge takes no permits.
        var takes = kind != DecisionKind.Charge || limits.RateLimits.CountsUnits;
        var most = limits.Budgets.MaxPerRequest + (takes ? limits.RateLimits.MaxPerRequest : 0);
        budgetCount = 0;
        if (most == 0)
            return [];
        var demands = new LimitDemand[most];
        budgetCount = kind == DecisionKind.CheckRateLimits ? 0 : AddBudgets(limits.Budgets, request, quote, demands);
        var count = takes ? AddRateLimits(limits.RateLimits, request, kind, demands, budgetCount) : budgetCount;
        if (count < demands.Length)
            Array.Resize(ref demands, count);
        return ImmutableCollectionsMarshal.AsImmutableArray(demands);
    }

    /// <summary>The demands and, behind them, those on the queues of throttled budgets. The limits are those in force.</summary>
    public static ImmutableArray<LimitDemand> WithThrottles(ImmutableArray<LimitDemand> demands, int budgetCount)
    {
        var count = 0;
        for (var i = 0; i < budgetCount; i++)
            count += ((CounterRule)demands.ItemRef(i).Rule).Throttle is null ? 0 : 1;
        if (count == 0)
            return demands;
        var all = new LimitDemand[demands.Length + count];
        demands.CopyTo(all);
        var next = demands.Length;
        for (var i = 0; i < budgetCount; i++)
        {
            if (((CounterRule)demands[i].Rule).Throttle is { } queue)
                all[next++] = new(queue, demands[i].ScopeId, Need: (long)UnitAmount.MicrosPerUnit, Take: (long)UnitAmount.MicrosPerUnit);
        }
        return ImmutableCollectionsMarshal.AsImmutableArray(all);
    }

    /// <summary>The demands where a part of each limit must stay free from a priority. The limits are those in force, as the part is one of their own limit.</summary>
    public static ImmutableArray<LimitDemand> KeepingFree(ImmutableArray<LimitDemand> demands, string priority)
    {
        var kept = new LimitDemand[demands.Length];
        for (var i = 0; i < kept.Length; i++)
            kept[i] = demands[i].KeepingFree(demands[i].Rule.HeadroomFor(priority));
        return ImmutableCollectionsMarshal.AsImmutableArray(kept);
    }

    /// <summary>The amount that a usage charges to a counter that a reservation holds.</summary>
    public static long Charge(CounterRule rule, BudgetUsage usage, long costNanos) =>
        rule.Unit is { } unit ? UnitUse.Of(unit, usage).Micros : costNanos;

    /// <summary>The amount that a usage should have taken from a rate limit that a reservation took from.</summary>
    public static long Take(LimitDemand demand, BudgetUsage usage) =>
        demand.Rule.Unit is { } unit ? UnitUse.Of(unit, usage).Micros : demand.Take;

    private static int AddBudgets(ScopedRules<CounterRule> rules, BudgetRequest request, CostQuote quote, LimitDemand[] demands)
    {
        var count = 0;
        for (var i = 0; i < rules.KindCount; i++)
        {
            foreach (var rule in rules.ForRequest(i, request, out var scopeId))
            {
                if (rule.Counts(request) && TryDemand(rule, scopeId, request.Usage, quote, out demands[count]))
                    count++;
            }
        }
        return count;
    }

    private static int AddRateLimits(ScopedRules<LimitRule> rules, BudgetRequest request, DecisionKind kind, LimitDemand[] demands, int count)
    {
        for (var i = 0; i < rules.KindCount; i++)
        {
            foreach (var rule in rules.ForRequest(i, request, out var scopeId))
            {
                if (rule.Counts(request) && TryDemand(rule, scopeId, request, kind, out demands[count]))
                    count++;
            }
        }
        return count;
    }

    private static bool TryDemand(CounterRule rule, string scopeId, BudgetUsage? usage, CostQuote quote, out LimitDemand demand)
    {
        if (rule.Unit is not { } unit)
        {
            demand = LimitDemand.OfBudget(rule, scopeId, quote.Nanos, quote.IsUnknown);
            return true;
        }
        var use = UnitUse.Of(unit, usage);
        demand = LimitDemand.OfBudget(rule, scopeId, use.Micros, use.IsUnknown);
        return use.IsConcerned;
    }

    private static bool TryDemand(LimitRule rule, string scopeId, BudgetRequest request, DecisionKind kind, out LimitDemand demand)
    {
        if (rule.Unit is not { } unit)
        {
            var permits = request.Permits * (long)UnitAmount.MicrosPerUnit;
            demand = new(rule, scopeId, permits, permits);
            return kind != DecisionKind.Charge;
        }
        var use = UnitUse.Of(unit, request.Usage);
        var take = kind switch
        {
            DecisionKind.Check or DecisionKind.CheckRateLimits => 0,
            DecisionKind.Reserve or DecisionKind.Spend or DecisionKind.Charge => use.Micros,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of decision."),
        };
        // An unknown amount is not zero: something must be left.
        demand = use.IsUnknown ? new(rule, scopeId, Need: 1, Take: 0) : new(rule, scopeId, use.Micros, take);
        return use.IsConcerned && !(use.IsUnknown && kind == DecisionKind.Charge);
    }
}
