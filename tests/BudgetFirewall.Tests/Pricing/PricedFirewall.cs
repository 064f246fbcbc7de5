using BudgetFirewall.Conformance;

namespace BudgetFirewall.Tests;

/// <summary>Firewalls that have prices and nothing else, and what requests cost on them.</summary>
internal static class PricedFirewall
{
    private const decimal MaxCost = 9_000_000_000m;

    public static DateTimeOffset Now { get; } = new(2026, 3, 14, 2, 30, 0, TimeSpan.Zero);

    public static IBudgetFirewall With(Action<PricingOptions> prices, params IPriceModifier[] modifiers) => Build(prices, [], modifiers);

    /// <summary>A firewall that has a hard budget of money as well, so that costs must be known.</summary>
    public static IBudgetFirewall WithBudget(Action<PricingOptions> prices, params IPriceModifier[] modifiers) =>
        Build(prices, [new Budget { Scope = BudgetScope.Global, Limit = MaxCost }], modifiers);

    private static IBudgetFirewall Build(Action<PricingOptions> prices, Budget[] budgets, IPriceModifier[] modifiers)
    {
        var builder = new BudgetFirewallBuilder().UseTimeProvider(new StandingClock()).Configure(options =>
        {
            options.MaxCost = MaxCost;
            options.Budgets.AddRange(budgets);
            prices(options.Pricing);
        });
        foreach (var modifier in modifiers)
            builder.AddPriceModifier(modifier);
        return builder.Build();
    }

    public static CostBreakdown Estimate(Action<PricingOptions> prices, BudgetRequest request, params IPriceModifier[] modifiers) =>
        Using(With(prices, modifiers), firewall => firewall.Estimate(request));

    /// <summary>Uses a firewall where a test cannot be asynchronous, and disposes it.</summary>
    public static T Using<T>(IBudgetFirewall firewall, Func<IBudgetFirewall, T> use)
    {
        try
        {
            return use(firewall);
        }
        finally
        {
            firewall.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>A call of the provider finnhub, of no model.</summary>
    public static BudgetRequest Call(BudgetUsage? usage = null, string operation = "request") =>
        new() { Provider = "finnhub", Operation = operation, Usage = usage };

    public static BudgetRequest Prompt(string model, BudgetUsage? usage = null) =>
        new() { Provider = "openai", Operation = "chat", Model = model, Usage = usage };

    public static BudgetUsage Units(params (string Unit, decimal Amount)[] units) =>
        new() { Units = units.ToDictionary(unit => unit.Unit, unit => unit.Amount) };

    /// <summary>What the lines say, without the fine print: name and amount.</summary>
    public static (string Name, decimal Amount)[] Amounts(this CostBreakdown breakdown) =>
        [.. breakdown.Lines.Select(line => (line.Name, line.Amount))];

    private sealed class StandingClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
