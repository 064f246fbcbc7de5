namespace BudgetFirewall.Newcomer.Tests;

/// <summary>A program that a reader would write around the settings of a page: it reaches every limit in them, and names it.</summary>
internal static class SettingsProgram
{
    public const string Name = "settings";

    public const string Text = """
        using BudgetFirewall;
        using Microsoft.Extensions.Configuration;
        using Microsoft.Extensions.DependencyInjection;

        var section = new ConfigurationBuilder().SetBasePath(Environment.CurrentDirectory).AddJsonFile("appsettings.json").Build().GetSection("BudgetFirewall");
        await using var any = new BudgetFirewallBuilder().Configure(section).Build();
        foreach (var budget in await any.Budgets.ListAsync())
        {
            await using var firewall = new BudgetFirewallBuilder().Configure(section).Build();
            var request = On(budget.Scope, budget.Models.Count > 0 ? budget.Models[0] : null);
            if (budget.Unit is { } unit)
            {
                await firewall.ChargeAsync(request with { Usage = Of(unit, budget.Limit), Cost = 0m });
                Report(budget.Id, await firewall.TrySpendAsync(request with { Usage = Of(unit, 1), Cost = 0m }));
            }
            else
            {
                await firewall.ChargeAsync(request with { Cost = budget.Limit });
                Report(budget.Id, await firewall.TrySpendAsync(request with { Cost = 0.000000001m }));
            }
        }
        foreach (var limit in section.GetSection("RateLimits").GetChildren())
        {
            await using var firewall = new BudgetFirewallBuilder().Configure(section).Build();
            var request = On(BudgetScope.Parse(limit["Scope"]!), limit["Models:0"]) with { Cost = 0m, MaxWait = TimeSpan.Zero };
            var decision = await firewall.TrySpendAsync(request);
            while (decision.IsAllowed)
                decision = await firewall.TrySpendAsync(request with { Permits = 10, Usage = Of(limit["Unit"] ?? "record", 50_000) });
            Report(limit["Id"] ?? limit["Scope"]!, decision);
        }

        static void Report(string id, BudgetDecision decision) => Console.WriteLine($"{id}: {decision.Outcome} by {string.Join(", ", decision.Limits.Where(limit => limit.Verdict == Verdict.Refuse).Select(limit => limit.Id))}");

        static BudgetUsage Of(string unit, decimal amount) =>
            unit == "input_tokens" ? BudgetUsage.Tokens((long)amount, 0) : new BudgetUsage { Units = new Dictionary<string, decimal> { [unit] = amount } };

        static BudgetRequest On(BudgetScope scope, string? model) => new()
        {
            Provider = scope.Kind == "provider" ? scope.Id : "any",
            UserId = scope.Kind == "user" ? (scope.IsEach ? "bob" : scope.Id) : null,
            ProjectId = scope.Kind == "project" ? scope.Id : null,
            Model = model,
        };
        """;
}
