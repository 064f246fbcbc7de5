using System.Globalization;
using System.Text.RegularExpressions;

namespace BudgetFirewall.Redis.Tests;

public sealed class RoundTripTests : OwnServerTests
{
    [Fact]
    public async Task Every_decision_and_every_settlement_is_one_script_and_one_round_trip()
    {
        var server = await StartServerAsync();
        var firewall = Firewall(server.Address, options =>
        {
            foreach (var scope in new[] { BudgetScope.Each("user"), BudgetScope.Each("project"), BudgetScope.Provider("openai"), BudgetScope.Global })
                options.Budgets.Add(new Budget { Scope = scope, Limit = 1_000m });
            options.RateLimits.Add(new RateLimit { Scope = BudgetScope.Provider("openai"), Capacity = 10_000m, RefillPerSecond = 1m, Adaptive = new() { Floor = 1m, GrowthPerSecond = 0.1m } });
        });
        await OnceAsync(firewall);
        await server.CommandAsync("CONFIG", "RESETSTAT");

        const int Rounds = 25;
        for (var i = 0; i < Rounds; i++)
            await OnceAsync(firewall);

        var stats = (string)(await server.CommandAsync("INFO", "commandstats"))!;
        // Check, reserve, extend, commit; reserve, release; spend; charge; status; explain; check of rate limits; report, and none for another provider.
        Calls(stats, "evalsha").Should().Be(12 * Rounds);
        Calls(stats, "eval").Should().Be(0);
    }

    private static async Task OnceAsync(IBudgetFirewall firewall)
    {
        var request = new BudgetRequest { Provider = "openai", UserId = "alice", ProjectId = "search", Cost = 0.01m };
        await firewall.CheckAsync(request);
        await using (var reservation = await firewall.ReserveAsync(request))
        {
            await reservation.ExtendAsync(TimeSpan.FromMinutes(10));
            await reservation.CommitAsync(0.005m);
        }
        await using (await firewall.ReserveAsync(request))
        {
        }
        await firewall.SpendAsync(request);
        await firewall.ChargeAsync(request);
        await firewall.GetStatusAsync(BudgetScope.User("alice"));
        await firewall.ExplainAsync(request);
        await firewall.CheckRateLimitsAsync(request);
        await firewall.RateLimits.ReportAsync(request, new() { IsOverloaded = true });
        await firewall.RateLimits.ReportAsync(request with { Provider = "another" }, new() { IsOverloaded = true });
    }

    private static int Calls(string stats, string command) =>
        Regex.Match(stats, $@"cmdstat_{command}:calls=(\d+)") is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
}
