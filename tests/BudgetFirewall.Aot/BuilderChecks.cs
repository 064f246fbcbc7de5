namespace BudgetFirewall.Aot;

/// <summary>Without a container: delegates, money, warnings and a denial.</summary>
internal static class BuilderChecks
{
    public static async Task RunAsync(List<string> failures)
    {
        await using var firewall = new BudgetFirewallBuilder().Configure(options =>
        {
            options.Budgets.Add(new Budget { Scope = BudgetScope.User("alice"), Limit = 1 });
            options.Pricing.Providers["finnhub"] = 0.3m;
        }).Build();
        var request = new BudgetRequest { Provider = "finnhub", UserId = "alice" };

        await using (var reservation = await firewall.ReserveAsync(request))
            await reservation.CommitAsync();
        var receipt = await firewall.ChargeAsync(request with { Cost = 0.5m });
        var denied = await firewall.TrySpendAsync(request);

        Expect.Equal(1, receipt.Warnings.Count, "The number of warnings", failures);
        Expect.Equal(DecisionOutcome.BudgetExceeded, denied.Outcome, "The outcome", failures);
        var alice = (await firewall.GetStatusAsync(BudgetScope.User("alice"))).Budgets[0];
        Expect.Equal(0.8m, alice.Spent, "What alice has spent", failures);
        Expect.Equal(0.2m, alice.Remaining, "What alice has left", failures);
    }
}
