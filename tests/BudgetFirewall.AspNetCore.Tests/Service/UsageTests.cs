using System.Globalization;

namespace BudgetFirewall.AspNetCore.Tests;

public sealed class UsageTests
{
    [Fact]
    public async Task Every_part_of_the_tokens_has_its_price()
    {
        await using var service = await ServiceApp.StartAsync(options => options.Pricing.Models["parts"] = new()
        {
            Input = 1m, CachedInput = 2m, CacheWrite = 3m, CacheWriteOneHour = 4m, AudioInput = 5m, ImageInput = 6m,
            Output = 7m, Reasoning = 8m, AudioOutput = 9m, ImageOutput = 10m,
        });
        const string usage = """
            {"inputTokens":100,"cachedInputTokens":1,"cacheWriteTokens":10,"cacheWriteOneHourTokens":20,"audioInputTokens":2,"imageInputTokens":3,
             "outputTokens":50,"reasoningTokens":4,"audioOutputTokens":5,"imageOutputTokens":6}
            """;
        var estimate = await service.PostForJsonAsync("/estimate", $$"""{"provider":"p","model":"parts","usage":{{usage}}}""");

        decimal.Parse((string)estimate["total"]!, CultureInfo.InvariantCulture).Should().Be(
            (64 * 1) + (1 * 2) + (10 * 3) + (20 * 4) + (2 * 5) + (3 * 6) + (35 * 7) + (4 * 8) + (5 * 9) + (6 * 10));
    }
}
