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
    public void A_unit_that_a_usage_says_has_its_amount(string unit, string amount) => AmountOf(Full, unit).Should().Be((true, Exactly.Parse(amount)));

    [Theory]
    [InlineData("input_tokens")]
    [InlineData("cached_input_tokens")]
    [InlineData("output_tokens")]
    [InlineData("reasoning_tokens")]
    [InlineData("total_tokens")]
    [InlineData("record")]
    public void A_unit_that_a_usage_does_not_say_is_unknown(string unit)
    {
        AmountOf(new BudgetUsage(), unit).Should().Be((false, 0m));
        AmountOf(new BudgetUsage { Units = new Dictionary<string, decimal> { ["image"] = 1 } }, unit).Should().Be((false, 0m));
    }

    [Fact]
    public void A_part_that_goes_unsaid_beside_its_whole_is_none()
    {
        AmountOf(new() { InputTokens = 7 }, "cached_input_tokens").Should().Be((true, 0m));
        AmountOf(new() { InputTokens = 7 }, "reasoning_tokens").Should().Be((false, 0m));
        AmountOf(new() { OutputTokens = 7 }, "reasoning_tokens").Should().Be((true, 0m));
        AmountOf(new() { OutputTokens = 7 }, "cached_input_tokens").Should().Be((false, 0m));
    }

    [Fact]
    public void Either_whole_alone_is_the_total()
    {
        AmountOf(new() { InputTokens = 7 }, "total_tokens").Should().Be((true, 7m));
        AmountOf(new() { OutputTokens = 7 }, "total_tokens").Should().Be((true, 7m));
        AmountOf(BudgetUsage.Tokens(Most, Most), "total_tokens").Should().Be((true, 2m * Most));
    }

    [Fact]
    public void No_unit_is_no_name() => FluentActions.Invoking(() => Full.TryGetUnit(null!, out _)).Should().ThrowExactly<ArgumentNullException>().WithParameterName("unit");

    [Fact]
    public void Tokens_without_cached_ones_do_not_speak_of_them()
    {
        BudgetUsage.Tokens(3, 2).Should().Be(new BudgetUsage() { InputTokens = 3, OutputTokens = 2 });
        BudgetUsage.Tokens(3, 2, 3).Should().Be(new BudgetUsage() { InputTokens = 3, OutputTokens = 2, CachedInputTokens = 3 });
        FluentActions.Invoking(() => BudgetUsage.Tokens(3, 2, 4)).Should().ThrowExactly<ArgumentException>().WithParameterName("InputTokens");
        FluentActions.Invoking(() => BudgetUsage.Tokens(-1, 2)).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("InputTokens");
    }

    [Fact]
    public void Parts_may_fill_their_wholes_and_not_exceed_them()
    {
        var full = new BudgetUsage
        {
            InputTokens = 6, CachedInputTokens = 1, CacheWriteTokens = 2, CacheWriteOneHourTokens = 3, AudioInputTokens = 2, ImageInputTokens = 4,
            OutputTokens = 5, ReasoningTokens = 5, AudioOutputTokens = 2, ImageOutputTokens = 3,
        };

        Request(full).Usage.Should().BeSameAs(full);
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

        AmountOf(usage, "record").Should().Be((true, 1m));
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
        var refused = FluentActions.Invoking(() => PricedFirewall.Units((unit, 1))).Should().ThrowExactly<ArgumentException>().WithParameterName("Units").Which;

        refused.Message.Should().StartWith($"Units[{unit}] is derived from the other members of the usage and cannot be given: 1.");
    }

    [Fact]
    public void A_unit_has_a_name() => FluentActions.Invoking(() => PricedFirewall.Units(("", 1))).Should().ThrowExactly<ArgumentException>().WithParameterName("Units");

    [Theory]
    [InlineData("-0.000001", "must be from 0 to 9,000,000,000,000.")]
    [InlineData("9000000000000.000001", "must be from 0 to 9,000,000,000,000.")]
    [InlineData("0.0000001", "must be a multiple of 0.000001.")]
    public void An_amount_outside_its_range_or_finer_than_its_step_is_refused_by_name_and_value(string text, string reason)
    {
        var refused = FluentActions.Invoking(() => PricedFirewall.Units(("record", Exactly.Parse(text)))).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("Units[record]").Which;

        refused.Message.Should().StartWith($"Units[record] {reason}");
        refused.ActualValue.Should().Be(Exactly.Parse(text));
    }

    [Fact]
    public void Amounts_at_the_edge_of_their_range_are_kept()
    {
        var usage = PricedFirewall.Units(("least", 0.000001m), ("most", Most), ("none", 0)) with { RequestBytes = Most, ResponseBytes = Most, InputTokens = Most, OutputTokens = Most };

        AmountOf(usage, "least").Should().Be((true, 0.000001m));
        AmountOf(usage, "most").Should().Be((true, (decimal)Most));
        AmountOf(usage, "none").Should().Be((true, 0m));
        AmountOf(usage, "kb").Should().Be((true, 17_578_125_000m));
        FluentActions.Invoking(() => new BudgetUsage { RequestBytes = Most + 1 }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("RequestBytes");
        FluentActions.Invoking(() => new BudgetUsage { ResponseBytes = -1 }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("ResponseBytes");
    }

    [Fact]
    public async Task A_total_above_what_can_be_counted_is_refused_before_anything_is_touched()
    {
        await using var firewall = new BudgetFirewallBuilder()
            .Configure(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = Most, Unit = "total_tokens", Enforcement = Enforcement.Soft }))
            .Build();

        await FluentActions.Awaiting(() => firewall.ChargeAsync(Request(BudgetUsage.Tokens(Most, 1)) with { Cost = 0 }).AsTask()).Should().ThrowExactlyAsync<ArgumentOutOfRangeException>().WithParameterName("total_tokens");

        (await firewall.GetStatusAsync(BudgetScope.Global)).Budgets.Should().ContainSingle().Which.Spent.Should().Be(0);
    }

    private static (bool IsKnown, decimal Amount) AmountOf(BudgetUsage usage, string unit) => (usage.TryGetUnit(unit, out var amount), amount);

    private static BudgetRequest Request(BudgetUsage usage) => new() { Provider = "openai", Usage = usage };

    private static void AssertRefused(string member, string reason, BudgetUsage usage) =>
        FluentActions.Invoking(() => Request(usage)).Should().ThrowExactly<ArgumentException>().WithParameterName(member).Which.Message.Should().StartWith(reason);
}
