using BudgetFirewall.Benchmarks.Ledger;
using BudgetFirewall.Benchmarks.Redis;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.Benchmarks.Alerts;

/// <summary>
/// What alerts and subscriptions cost a decision: the processor time of decisions of a firewall with both, to that of one without. Both have a ledger, and take turns. The time of all threads counts, that of the background included.
/// </summary>
internal static class AlertFigures
{
    private const int Rounds = 31;
    private const int Checks = 200_000;
    private const int Spends = 20_000;
    private const int Plenty = 1_000_000_000;

    private static readonly BudgetRequest Request = new() { Provider = "openai", ProjectId = "search", UserId = "user-000007", Cost = 0.000001m };

    public static async Task PrintAsync()
    {
        await using var files = new SqliteLedgerFile();
        await using var otherFiles = new SqliteLedgerFile();
        await using var without = Provider(files, isAlerting: false);
        await using var with = Provider(otherFiles, isAlerting: true);
        await with.GetRequiredService<IEventSubscriptions>().CreateAsync(new() { Url = "https://example.com/hook" });
        await PrintAsync("check", without, with, firewall => CheckAsync(firewall));
        await PrintAsync("spend, with the writing of its entry", without, with, firewall => SpendAsync(firewall));
    }

    private static ServiceProvider Provider(SqliteLedgerFile file, bool isAlerting)
    {
        var services = new ServiceCollection();
        var builder = services.AddBudgetFirewall(options =>
        {
            options.Budgets.Add(new() { Scope = BudgetScope.Each("user"), Limit = Plenty });
            options.Budgets.Add(new() { Scope = BudgetScope.Each("project"), Limit = Plenty });
            options.Budgets.Add(new() { Scope = BudgetScope.Each("provider"), Limit = Plenty });
            options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = Plenty });
        }).UseLedger(_ => file.Open());
        if (isAlerting)
            builder.AddEventSubscriptions().AddAlerts();
        return services.BuildServiceProvider();
    }

    private static async Task PrintAsync(string what, ServiceProvider without, ServiceProvider with, Func<IBudgetFirewall, Task<int>> run)
    {
        var (plain, alerting) = (without.GetRequiredService<IBudgetFirewall>(), with.GetRequiredService<IBudgetFirewall>());
        var (plainFeed, alertingFeed) = (without.GetRequiredService<ILedgerFeed>(), with.GetRequiredService<ILedgerFeed>());
        var ratios = new List<double>();
        for (var round = -2; round < Rounds; round++)
        {
            // In turns, and the first of the two changes.
            var isPlainFirst = round % 2 == 0;
            var first = await TimeAsync(isPlainFirst ? plain : alerting, isPlainFirst ? plainFeed : alertingFeed, run);
            var second = await TimeAsync(isPlainFirst ? alerting : plain, isPlainFirst ? alertingFeed : plainFeed, run);
            if (round >= 0)
                ratios.Add(isPlainFirst ? second / first : first / second);
        }
        Console.WriteLine(FormattableString.Invariant(
            $"processor time of a {what}, with subscriptions and alerts to without: {Report.Median(ratios):0.000} (middle half {Quantile(ratios, 0.25):0.000} to {Quantile(ratios, 0.75):0.000}, {Rounds} rounds)"));
    }

    private static async Task<TimeSpan> TimeAsync(IBudgetFirewall firewall, ILedgerFeed feed, Func<IBudgetFirewall, Task<int>> run)
    {
        var before = Environment.CpuUsage.TotalTime;
        await run(firewall);
        await feed.FlushAsync();
        return Environment.CpuUsage.TotalTime - before;
    }

    private static async Task<int> CheckAsync(IBudgetFirewall firewall)
    {
        var allowed = 0;
        for (var i = 0; i < Checks; i++)
            allowed += (await firewall.TryCheckAsync(Request)).IsAllowed ? 1 : 0;
        return allowed;
    }

    private static async Task<int> SpendAsync(IBudgetFirewall firewall)
    {
        var allowed = 0;
        for (var i = 0; i < Spends; i++)
            allowed += (await firewall.TrySpendAsync(Request)).IsAllowed ? 1 : 0;
        return allowed;
    }

    private static double Quantile(List<double> values, double part) => values.Order().ElementAt((int)(part * (values.Count - 1)));
}
