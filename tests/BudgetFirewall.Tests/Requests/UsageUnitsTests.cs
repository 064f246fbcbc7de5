namespace BudgetFirewall.Tests.Requests;

/// <summary>What a usage says of each unit, and what it cannot say.</summary>
public sealed class UsageUnitsTests
{
    private const long Most = 9_000_000_000_000;

    private static readonly BudgetUsage Full = new()
    {
        RequestBytes = 1_024, ResponseBytes = 523_264, InputTokens = 30, CachedInputTokens = 20, OutputTokens = 5, ReasoningTokens = 4,
        Units = new Dictionary<string, decimal> { ["record"] = 2.5m },
    };

    [Theory]
    [InlineData("request", "1")]
    [InlineData("kb", "512")]
    [InlineData("mb", "0.5")]
    [InlineData("input_tokens", "30")]
    [InlineData("cached_input_tokens", "20")]
    [InlineData("output_tokens", "5")]
    [InlineData("reasoning_tokens", "4")]
    [InlineData("total_tokens", "35")]
    [InlineData("record", "2.5")]
    public void A_unit_that_a_usage_says_has_its_amount(string unit, string amount) => Assert.Equal((true, Exactly.Parse(amount)), Told(Full, unit));

    [Theory]
    [InlineData("input_tokens")]
    [InlineData("cached_input_tokens")]
    [InlineData("output_tokens")]
    [InlineData("reasoning_tokens")]
    [InlineData("total_tokens")]
    [InlineData("record")]
    public void A_unit_that_a_usage_does_not_say_is_not_told(string unit)
    {
        Assert.Equal((false, 0m), Told(new BudgetUsage(), unit));
        Assert.Equal((false, 0m), Told(new BudgetUsage { Units = new Dictionary<string, decimal> { ["image"] = 1 } }, unit));
    }

    [Fact]
    public void A_part_that_goes_unsaid_beside_its_whole_is_none()
    {
        Assert.Equal((true, 0m), Told(new() { InputTokens = 7 }, "cached_input_tokens"));
        Assert.Equal((false, 0m), Told(new() { InputTokens = 7 }, "reasoning_tokens"));
        Assert.Equal((true, 0m), Told(new() { OutputTokens = 7 }, "reasoning_tokens"));
        Assert.Equal((false, 0m), Told(new() { OutputTokens = 7 }, "cached_input_tokens"));
    }

    [Fact]
    public void Either_whole_alone_is_the_total()
    {
        Assert.Equal((true, 7m), Told(new() { InputTokens = 7 }, "total_tokens"));
        Assert.Equal((true, 7m), Told(new() { OutputTokens = 7 }, "total_tokens"));
        Assert.Equal((true, 2m * Most), Told(BudgetUsage.Tokens(Most, Most), "total_tokens"));
    }

    [Fact]
    public void No_unit_is_no_name() => Assert.Throws<ArgumentNullException>("unit", () => Full.TryGetUnit(null!, out _));

    [Fact]
    public void Tokens_without_cached_ones_do_not_speak_of_them()
    {
        Assert.Equal(new() { InputTokens = 3, OutputTokens = 2 }, BudgetUsage.Tokens(3, 2));
        Assert.Equal(new() { InputTokens = 3, OutputTokens = 2, CachedInputTokens = 3 }, BudgetUsage.Tokens(3, 2, 3));
        Assert.Throws<ArgumentException>("InputTokens", () => BudgetUsage.Tokens(3, 2, 4));
        Assert.Throws<ArgumentOutOfRangeException>("InputTokens", () => BudgetUsage.Tokens(-1, 2));
    }

    [Fact]
    public void Parts_may_fill_their_wholes_and_not_exceed_them()
    {
        var full = new BudgetUsage
        {
            InputTokens = 6, CachedInputTokens = 1, CacheWriteTokens = 2, CacheWriteOneHourTokens = 3, AudioInputTokens = 2, ImageInputTokens = 4,
            OutputTokens = 5, ReasoningTokens = 5, AudioOutputTokens = 2, ImageOutputTokens = 3,
        };

        Assert.Same(full, Request(full).Usage);
        AssertRefused("InputTokens", "Cached and cache-write tokens lie inside InputTokens: 7 exceed InputTokens 6.", full with { CachedInputTokens = 2 });
        AssertRefused("InputTokens", "Cached and cache-write tokens lie inside InputTokens: 7 exceed InputTokens 6.", full with { CacheWriteTokens = 3 });
        AssertRefused("InputTokens", "Cached and cache-write tokens lie inside InputTokens: 7 exceed InputTokens 6.", full with { CacheWriteOneHourTokens = 4 });
        AssertRefused("InputTokens", "Audio and image tokens lie inside InputTokens: 7 exceed InputTokens 6.", full with { AudioInputTokens = 3 });
        AssertRefused("InputTokens", "Audio and image tokens lie inside InputTokens: 7 exceed InputTokens 6.", full with { ImageInputTokens = 5 });
        AssertRefused("OutputTokens", "ReasoningTokens lie inside OutputTokens: 6 exceed OutputTokens 5.", full with { ReasoningTokens = 6 });
        AssertRefused("OutputTokens", "Audio and image tokens lie inside OutputTokens: 6 exceed OutputTokens 5.", full with { AudioOutputTokens = 3 });
        AssertRefused("OutputTokens", "Audio and image tokens lie inside OutputTokens: 6 exceed OutputTokens 5.", full with { ImageOutputTokens = 4 });
        AssertRefused("OutputTokens", "ReasoningTokens lie inside OutputTokens: 1 exceed OutputTokens (not given).", new() { ReasoningTokens = 1 });
        AssertRefused("InputTokens", "Cached and cache-write tokens lie inside InputTokens: 27000000000000 exceed", new() { CachedInputTokens = Most, CacheWriteTokens = Most, CacheWriteOneHourTokens = Most });
    }

    [Fact]
    public void A_usage_keeps_a_copy_of_its_units()
    {
        var units = new Dictionary<string, decimal> { ["record"] = 1 };
        var usage = new BudgetUsage { Units = units };

        units["record"] = 2;

        Assert.Equal((true, 1m), Told(usage, "record"));
    }

    [Theory]
    [InlineData("request")]
    [InlineData("kb")]
    [InlineData("mb")]
    [InlineData("input_tokens")]
    [InlineData("cached_input_tokens")]
    [InlineData("output_tokens")]
    [InlineData("reasoning_tokens")]
    [InlineData("total_tokens")]
    public void A_unit_that_is_derived_cannot_be_given(string unit)
    {
        var refused = Assert.Throws<ArgumentException>("Units", () => PricedFirewall.Units((unit, 1)));

        Assert.StartsWith($"Units[{unit}] is derived from the other members of the usage and cannot be given: 1.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_unit_has_a_name() => Assert.Throws<ArgumentException>("Units", () => PricedFirewall.Units(("", 1)));

    [Theory]
    [InlineData("-0.000001", "must be from 0 to 9,000,000,000,000.")]
    [InlineData("9000000000000.000001", "must be from 0 to 9,000,000,000,000.")]
    [InlineData("0.0000001", "must be a multiple of 0.000001.")]
    public void An_amount_outside_its_range_or_finer_than_its_step_is_refused_by_name_and_value(string text, string reason)
    {
        var refused = Assert.Throws<ArgumentOutOfRangeException>("Units[record]", () => PricedFirewall.Units(("record", Exactly.Parse(text))));

        Assert.StartsWith($"Units[record] {reason}", refused.Message, StringComparison.Ordinal);
        Assert.Equal(Exactly.Parse(text), refused.ActualValue);
    }

    [Fact]
    public void Amounts_at_the_edge_of_their_range_are_kept()
    {
        var usage = PricedFirewall.Units(("least", 0.000001m), ("most", Most), ("none", 0)) with { RequestBytes = Most, ResponseBytes = Most, InputTokens = Most, OutputTokens = Most };

        Assert.Equal((true, 0.000001m), Told(usage, "least"));
        Assert.Equal((true, (decimal)Most), Told(usage, "most"));
        Assert.Equal((true, 0m), Told(usage, "none"));
        Assert.Equal((true, 17_578_125_000m), Told(usage, "kb"));
        Assert.Throws<ArgumentOutOfRangeException>("RequestBytes", () => new BudgetUsage { RequestBytes = Most + 1 });
        Assert.Throws<ArgumentOutOfRangeException>("ResponseBytes", () => new BudgetUsage { ResponseBytes = -1 });
    }

    [Fact]
    public async Task A_total_above_what_can_be_counted_is_refused_before_anything_is_touched()
    {
        await using var firewall = new BudgetFirewallBuilder()
            .Configure(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = Most, Unit = "total_tokens", Enforcement = Enforcement.Soft }))
            .Build();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("total_tokens", () => firewall.ChargeAsync(Request(BudgetUsage.Tokens(Most, 1)) with { Cost = 0 }).AsTask());

        Assert.Equal(0, Assert.Single((await firewall.GetStatusAsync(BudgetScope.Global)).Budgets).Spent);
    }

    private static (bool IsTold, decimal Amount) Told(BudgetUsage usage, string unit) => (usage.TryGetUnit(unit, out var amount), amount);

    private static BudgetRequest Request(BudgetUsage usage) => new() { Provider = "openai", Usage = usage };

    private static void AssertRefused(string member, string reason, BudgetUsage usage) =>
        Assert.StartsWith(reason, Assert.Throws<ArgumentException>(member, () => Request(usage)).Message, StringComparison.Ordinal);
}
