using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>The documented example of metrics for Prometheus, by the exporter that it names.</summary>
public sealed partial class PrometheusTests
{
    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/openmetrics-text")]
    public async Task Every_metric_that_the_documented_rules_ask_for_is_exported_under_that_name_with_those_tags(string format)
    {
        await using var store = new SwitchableStore();
        await using var app = await TestApp.StartAsync(
            options =>
            {
                options.Budgets.Add(new() { Scope = BudgetScope.Provider("openai"), Limit = 1m });
                options.Pricing.Providers["openai"] = 0.75m;
            },
            app =>
            {
                app.UseBudgetFirewall();
                app.MapPrometheusScrapingEndpoint();
                app.MapGet("/paid", () => "paid").RequireBudget("openai");
            },
            builder => builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
                .AddMeter(BudgetFirewallDiagnostics.MeterName)
                .AddPrometheusExporter(exporter => exporter.ScrapeResponseCacheDurationMilliseconds = 0)),
            store);
        (await app.Client.GetAsync("/paid")).EnsureSuccessStatusCode();
        await app.SpentOnceSettledAsync(BudgetScope.Provider("openai"));
        await app.Client.GetAsync("/paid");
        store.IsAway = true;
        await app.Client.GetAsync("/paid");

        app.Client.DefaultRequestHeaders.Accept.ParseAdd(format);
        var page = await app.Client.GetStringAsync("/metrics");

        var text = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Metrics", "aspnetcore.md"));
        var names = MetricName().Matches(text).Select(match => match.Value).Distinct().ToList();
        (names.Count >= 4).Should().BeTrue("The page names no metrics.");
        names.Should().AllSatisfy(name => page.Contains($"\n{name}{{", StringComparison.Ordinal).Should().BeTrue($"{name} is not in\n{page}"));
        page.Should().Contain("provider=\"openai\"");
        page.Should().Contain("outcome=\"allowed\"");
        page.Should().Contain("outcome=\"budget_exceeded\"");
        page.Should().Contain("currency=\"USD\"");
        page.Should().NotContain("user");
    }

    [GeneratedRegex("budgetfirewall_[a-z_]+")]
    private static partial Regex MetricName();
}
