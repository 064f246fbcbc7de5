using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.Aot;

/// <summary>In a container, with settings from JSON and environment variables, metrics, logging and a named second firewall.</summary>
internal static class ContainerChecks
{
    public static async Task RunAsync(List<string> failures)
    {
        Environment.SetEnvironmentVariable("BudgetFirewall__Budgets__0__Limit", "0.01");
        var configuration = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"))
            .AddEnvironmentVariables()
            .Build();
        var services = new ServiceCollection().AddLogging().AddMetrics();
        services.AddBudgetFirewall(configuration.GetSection("BudgetFirewall"));
        services.AddBudgetFirewall(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 0 }), "other");
        await using var provider = services.BuildServiceProvider();

        await ReserveAndCommitAsync(provider.GetRequiredService<IBudgetFirewall>(), failures);
        var refused = await provider.GetRequiredKeyedService<IBudgetFirewall>("other").TryReserveAsync(new() { Provider = "openai", Cost = 0.000000001m });
        Expect.Equal(false, refused.IsGranted, "A grant against a limit of 0", failures);
    }

    private static async Task ReserveAndCommitAsync(IBudgetFirewall firewall, List<string> failures)
    {
        var request = new BudgetRequest { Provider = "openai", Model = "gpt-5-mini", UserId = "bob", Usage = BudgetUsage.Tokens(input: 1_000, output: 1_000) };

        await using var reservation = await firewall.ReserveAsync(request);
        var receipt = await reservation.CommitAsync(BudgetUsage.Tokens(input: 1_000, output: 4_000));
        var status = await firewall.GetStatusAsync(BudgetScope.User("bob"));

        Expect.Equal(0.00225m, reservation.Cost, "What was reserved", failures);
        Expect.Equal(0.00825m, receipt.Cost, "What was charged", failures);
        Expect.Equal(1_000m, status.Budgets.Single(state => state.Unit == "input_tokens").Spent, "Bob's tokens", failures);
        Expect.Equal(false, (await firewall.TryReserveAsync(request)).IsGranted, "A grant beyond the limit of the environment", failures);
    }
}
