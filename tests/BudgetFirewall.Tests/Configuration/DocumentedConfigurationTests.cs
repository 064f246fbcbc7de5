using System.Text;
using Microsoft.Extensions.Configuration;

namespace BudgetFirewall.Tests.Configuration;

public sealed class DocumentedConfigurationTests
{
    [Fact]
    public void The_json_example_of_the_page_is_valid()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", "configuration.md"));
        var json = page[(page.IndexOf("```json", StringComparison.Ordinal) + 7)..];
        json = json[..json.IndexOf("```", StringComparison.Ordinal)];

        var options = Configured.Options(
            new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build().GetSection("BudgetFirewall"));

        options.Budgets.Count.Should().Be(4);
        options.RateLimits.Should().ContainSingle();
        options.Pricing.Models["gpt-4o"].Input.Should().Be(0.0000025m);
    }

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "BudgetFirewall.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is not inside the repository.");
        return folder;
    }
}
