using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.Policy.Tests.Snippets;

public sealed partial class SnippetTests
{
    private static readonly IReadOnlyDictionary<string, Snippet> All = Snippet.OfAllPages().ToDictionary(snippet => snippet.ToString(), StringComparer.Ordinal);

    public static TheoryData<string> Programs => [.. Places(snippet => snippet.Info is "csharp" or "csharp no-run")];

    public static TheoryData<string> Settings => [.. Places(IsSettings)];

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_program_in_the_pages_compiles_runs_and_prints_what_they_say(string place)
    {
        var snippet = All[place];
        var program = SnippetProgram.Compile(snippet);
        if (snippet.Info is "csharp no-run")
            return;

        var printed = await SnippetProgram.RunAsync(program);

        if (snippet.Output is { } expected)
            (expected == printed).Should().BeTrue($"{place} prints:\n{printed}");
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Settings_in_the_pages_are_taken(string place)
    {
        using var json = new MemoryStream(Encoding.UTF8.GetBytes(All[place].Code));
        var configuration = new ConfigurationBuilder().AddJsonStream(json).Build();
        var services = new ServiceCollection();
        services.AddBudgetFirewall(configuration.GetSection("BudgetFirewall"));
        await using var provider = services.BuildServiceProvider();

        provider.GetRequiredService<IBudgetFirewall>().Should().NotBeNull();
    }

    [Fact]
    public void Every_block_in_the_pages_is_of_a_kind_that_is_checked_or_is_no_code() =>
        All.Values.Should().AllSatisfy(snippet => (snippet.Info is "csharp" or "csharp no-run" or "text" or "sh" or "xml" || IsSettings(snippet)).Should().BeTrue($"{snippet}: {snippet.Info}"));

    [Fact]
    public void Every_link_between_the_pages_leads_somewhere()
    {
        var broken = from page in Repository.Files("docs", "*.md").Concat(["README.md", "CHANGELOG.md"])
                     from link in RelativeLink.Matches(File.ReadAllText(Repository.At(page)))
                     let target = Path.Combine(Path.GetDirectoryName(page)!, link.Groups["path"].Value)
                     where !File.Exists(Repository.At(target))
                     select $"{page}: {target}";

        broken.Should().BeEmpty();
    }

    [Fact]
    public void The_pages_have_programs_and_settings_to_check()
    {
        Programs.Should().NotBeEmpty();
        Settings.Should().NotBeEmpty();
    }

    [GeneratedRegex(@"\]\((?!https?:)(?<path>[^)#]+)")]
    private static partial Regex RelativeLink { get; }

    private static bool IsSettings(Snippet snippet) => snippet.Info is "json" && snippet.Code.Contains("\"BudgetFirewall\"", StringComparison.Ordinal);

    private static IEnumerable<string> Places(Func<Snippet, bool> isWanted) => All.Where(pair => isWanted(pair.Value)).Select(pair => pair.Key);
}
