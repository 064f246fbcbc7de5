using System.Text;
using Microsoft.Extensions.Configuration;

namespace BudgetFirewall.Tests.Configuration;

public sealed class DocumentedConfigurationTests
{
    [Fact]
    public void The_json_example_of_the_page_is_valid()
    {
        var options = ExampleOf("configuration.md");

        options.Budgets.Count.Should().Be(4);
        options.RateLimits.Should().ContainSingle();
        options.Pricing.Models["gpt-4o"].Input.Should().Be(0.0000025m);
    }

    [Fact]
    public void The_json_example_of_alerts_is_valid()
    {
        var rules = ExampleOf("alerts.md").Alerts.Rules;

        rules.Select(rule => rule.Name).Should().Equal("users", "denials", "errors");
        rules[0].GroupBy.Should().Equal(AlertGrouping.Subject);
    }

    private static BudgetFirewallOptions ExampleOf(string page)
    {
        var text = File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", page));
        var json = text[(text.IndexOf("```json", StringComparison.Ordinal) + 7)..];
        json = json[..json.IndexOf("```", StringComparison.Ordinal)];
        return Configured.Options(new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build().GetSection("BudgetFirewall"));
    }

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "BudgetFirewall.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is not inside the repository.");
        return folder;
    }
}
