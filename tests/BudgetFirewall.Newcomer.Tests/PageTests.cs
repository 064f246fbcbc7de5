using BudgetFirewall.Policy.Tests;
using BudgetFirewall.Policy.Tests.Snippets;
using BudgetFirewall.Redis.Servers;

namespace BudgetFirewall.Newcomer.Tests;

[Collection(nameof(Newcomer))]
public sealed class PageTests(Newcomer newcomer)
{
    public static TheoryData<string> Programs => [.. Example.All.Values.Where(example => !example.IsWeb && !NeedsRedis(example)).Select(example => example.Name)];

    public static TheoryData<string, string> Limits => new()
    {
        { "docs/getting-started.md", "each:user/day: BudgetExceeded by each:user/day\nglobal/month: BudgetExceeded by global/month" },
        {
            "docs/configuration.md",
            """
            each:user/day: BudgetExceeded by each:user/day
            global/month: BudgetExceeded by global/month
            project=search/day/input_tokens[models=gpt-4o]: BudgetExceeded by project=search/day/input_tokens[models=gpt-4o]
            user=alice/day: BudgetExceeded by user=alice/day
            provider=finnhub: RateLimited by provider=finnhub/rate
            """
        },
        {
            "docs/rate-limits.md",
            """
            provider=finnhub: RateLimited by provider=finnhub/rate
            provider=openai: RateLimited by provider=openai/rate
            each:user: RateLimited by each:user/rate/input_tokens
            provider=alphavantage: RateLimited by provider=alphavantage/rate
            """
        },
    };

    [Fact]
    public void The_commands_of_the_page_pack_every_package_and_add_one_to_a_new_project()
    {
        newcomer.Packages.Should().HaveSameCount(Repository.Packages);
        newcomer.Packages.Should().AllSatisfy(package => Repository.Packages.Should().Contain(name => package.StartsWith(name + ".0", StringComparison.Ordinal)));
        newcomer.InstalledProject.Should().Contain("<PackageReference Include=\"BudgetFirewall\"");
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task An_example_in_a_new_project_prints_what_its_page_says_and_is_denied_at_its_limit(string name)
    {
        var example = Example.All[name];
        var printed = await newcomer.RunAsync(name, example.Snippet.Code.Contains("Host.CreateApplicationBuilder", StringComparison.Ordinal) ? SettingsOf(example.Snippet.Page) : null);

        if (example.Snippet.Output is { } output)
            printed.Should().StartWith(output);
        if (example.Continuation is { } continuation)
            printed.Should().Contain(continuation.Prints);
        if (example is { Snippet.Output: { } whole, Continuation: null })
            printed.Should().Be(whole);
    }

    [Fact]
    public async Task The_example_of_the_page_about_Redis_is_denied_at_its_limit_by_what_the_server_has_counted()
    {
        await using var server = await RedisServer.StartAsync();
        var example = Example.All.Values.Single(example => example is { Continuation.Page: "docs/redis.md" });

        (await newcomer.RunAsync(example.Name, settings: null, server.Address)).Should().Be(example.Continuation!.Prints);
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task Every_limit_in_the_settings_of_a_page_is_reached_and_named(string page, string printed) =>
        (await newcomer.RunAsync(SettingsProgram.Name, SettingsOf(page))).Should().Be(printed.ReplaceLineEndings("\n"));

    [Fact]
    public void Every_continuation_goes_on_from_exactly_one_example() =>
        Continuation.All.Should().AllSatisfy(continuation => Example.All.Values.Where(example => continuation.Goes(example.Snippet)).Should().ContainSingle(continuation.Mark));

    private static bool NeedsRedis(Example example) => example.Snippet.Code.Contains("UseRedis", StringComparison.Ordinal);

    private static string SettingsOf(string page) => Snippet.OfAllPages().First(snippet => snippet.Page == page && snippet.Info == "json").Code;
}
