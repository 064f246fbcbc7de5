using System.Text.Json;

namespace BudgetFirewall.Http.Tests;

/// <summary>What a call used, read from its response: a million input tokens cost 100, a million output tokens 1,000. 100 and 50 tokens are expected: 0.06.</summary>
public sealed class UsageTests
{
    private const decimal Expected = 0.06m;

    [Fact]
    public async Task What_the_answer_says_is_charged_and_the_caller_still_reads_it()
    {
        await using var api = await StartAsync(options => options.ReadUsage = ReadTokens);

        var text = await api.Client.GetStringAsync("tokens");

        text.Should().Contain("hello");
        (await api.BudgetAsync()).Should().Be((1_200 * 0.0001m + 300 * 0.001m, 0m));
        var settled = api.Settled.Should().ContainSingle().Which;
        settled.IsEstimated.Should().BeFalse();
        settled.Usage!.ResponseBytes.Should().Be(42);
    }

    [Fact]
    public async Task An_answer_that_does_not_say_it_is_charged_as_expected()
    {
        await using var api = await StartAsync(options => options.ReadUsage = _ => null);

        await api.Client.GetStringAsync("tokens");

        (await api.BudgetAsync()).Should().Be((Expected, 0m));
        api.Settled.Should().ContainSingle().Which.IsEstimated.Should().BeTrue();
    }

    [Fact]
    public async Task A_delegate_that_throws_costs_the_caller_nothing_but_the_expected()
    {
        await using var api = await StartAsync(options => options.ReadUsage = result => throw new JsonException("not what was thought"));

        (await api.Client.GetStringAsync("tokens")).Should().Contain("hello");

        (await api.BudgetAsync()).Should().Be((Expected, 0m));
    }

    [Fact]
    public async Task A_body_that_is_not_read_to_its_end_is_given_as_far_as_it_was()
    {
        var seen = new List<(int Bytes, bool IsComplete, long ResponseBytes)>();
        await using var api = await StartAsync(options => options.ReadUsage = result =>
        {
            seen.Add((result.Body.Length, result.IsBodyComplete, result.ResponseBytes));
            return null;
        });

        using (var response = await api.Client.GetAsync("parts", HttpCompletionOption.ResponseHeadersRead))
            await (await response.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[700]);

        seen.Should().Equal((700, false, 700L));
        (await api.BudgetAsync()).Should().Be((Expected, 0m));
    }

    [Fact]
    public async Task A_body_that_is_too_long_to_be_copied_is_given_in_part_and_counted_whole()
    {
        var seen = new List<(int Bytes, bool IsComplete, long ResponseBytes)>();
        await using var api = await StartAsync(options =>
        {
            options.MaxCopiedBytes = 1_000;
            options.ReadUsage = result =>
            {
                seen.Add((result.Body.Length, result.IsBodyComplete, result.ResponseBytes));
                return new BudgetUsage { InputTokens = 10_000 };
            };
        });

        await api.Client.GetByteArrayAsync("bytes/5000");

        seen.Should().Equal((1_000, false, 5_000L));
        (await api.BudgetAsync()).Should().Be((1m, 0m));
    }

    [Fact]
    public async Task A_broken_call_is_charged_as_expected()
    {
        await using var api = await StartAsync(options => options.ReadUsage = ReadTokens);

        await FluentActions.Awaiting(() => api.Client.GetAsync("reset")).Should().ThrowExactlyAsync<HttpRequestException>();

        (await api.BudgetAsync()).Should().Be((Expected, 0m));
    }

    private static BudgetUsage? ReadTokens(HttpCallResult result)
    {
        if (!result.IsBodyComplete)
            return null;
        using var json = JsonDocument.Parse(result.Body);
        return BudgetUsage.Tokens(json.RootElement.GetProperty("input").GetInt64(), json.RootElement.GetProperty("output").GetInt64());
    }

    private static Task<GuardedApi> StartAsync(Action<BudgetHandlerOptions> configure) => GuardedApi.StartAsync(
        options =>
        {
            options.Describe = (http, request) => request with { Model = "m" };
            options.ExpectedUsage = BudgetUsage.Tokens(input: 100, output: 50);
            configure(options);
        },
        firewall => firewall.Pricing.Models["m"] = ModelPrice.PerMillion(input: 100m, output: 1_000m));
}
