using static BudgetFirewall.Tests.PricedFirewall;

namespace BudgetFirewall.Tests;

/// <summary>Audio and image tokens, and what a model is paid for beside tokens.</summary>
public sealed class ModelPartsTests
{
    private static readonly ModelPrice Apart = new()
    {
        Input = 1, CachedInput = 0.001m, AudioInput = 1_000, ImageInput = 1_000_000, Output = 2, Reasoning = 0.002m, AudioOutput = 2_000, ImageOutput = 2_000_000,
    };

    [Fact]
    public void Audio_and_images_are_taken_out_of_their_wholes()
    {
        var usage = new BudgetUsage
        {
            InputTokens = 100, CachedInputTokens = 10, AudioInputTokens = 20, ImageInputTokens = 30, OutputTokens = 50, ReasoningTokens = 5, AudioOutputTokens = 15, ImageOutputTokens = 25,
        };

        Estimate(Models(Apart), Prompt("m", usage)).Lines.Should().Equal(new CostLine("input_tokens", 40, 1, 40), new CostLine("cached_input_tokens", 10, 0.001m, 0.01m), new CostLine("audio_input_tokens", 20, 1_000, 20_000), new CostLine("image_input_tokens", 30, 1_000_000, 30_000_000), new CostLine("output_tokens", 5, 2, 10), new CostLine("reasoning_tokens", 5, 0.002m, 0.01m), new CostLine("audio_output_tokens", 15, 2_000, 30_000), new CostLine("image_output_tokens", 25, 2_000_000, 50_000_000));
    }

    [Theory]
    [InlineData(0, 900, 0, 100)]
    [InlineData(100, 900, 100, 0)]
    [InlineData(800, 900, 800, 0)]
    [InlineData(1_000, 900, 1_000, 0)]
    public void Audio_counts_as_cached_only_as_far_as_it_must_have_been(long cached, long audio, long pricedAsCached, long pricedAsText)
    {
        var breakdown = Estimate(Models(Apart), Prompt("m", new() { InputTokens = 1_000, CachedInputTokens = cached, AudioInputTokens = audio }));

        Quantity(breakdown, "cached_input_tokens").Should().Be(pricedAsCached);
        Quantity(breakdown, "input_tokens").Should().Be(pricedAsText);
        breakdown.Lines.Sum(line => line.Quantity).Should().Be(1_000);
    }

    [Theory]
    [InlineData(300, 600, 400, 600, 100)]
    [InlineData(300, 700, 300, 700, 0)]
    [InlineData(300, 0, 800, 0, 700)]
    [InlineData(0, 600, 400, 600, 400)]
    public void Images_count_as_cached_before_audio_does(long cached, long audio, long images, long pricedAsAudio, long pricedAsImages)
    {
        var breakdown = Estimate(Models(Apart), Prompt("m", new() { InputTokens = 1_000, CachedInputTokens = cached, AudioInputTokens = audio, ImageInputTokens = images }));

        (Quantity(breakdown, "audio_input_tokens"), Quantity(breakdown, "image_input_tokens")).Should().Be(((decimal, decimal))(pricedAsAudio, pricedAsImages));
        breakdown.Lines.Sum(line => line.Quantity).Should().Be(1_000);
    }

    [Fact]
    public void Reasoning_that_overlaps_audio_is_not_counted_twice()
    {
        var breakdown = Estimate(Models(Apart), Prompt("m", new() { OutputTokens = 100, ReasoningTokens = 60, AudioOutputTokens = 30, ImageOutputTokens = 30 }));

        breakdown.Lines.Select(line => (line.Name, line.Quantity)).Should().Equal(("reasoning_tokens", 40m), ("audio_output_tokens", 30m), ("image_output_tokens", 30m));
    }

    [Fact]
    public void A_part_beyond_its_whole_is_refused_by_the_whole()
    {
        FluentActions.Invoking(() => Prompt("m", new() { InputTokens = 10, AudioInputTokens = 6, ImageInputTokens = 5 })).Should().ThrowExactly<ArgumentException>().WithParameterName("InputTokens");
        FluentActions.Invoking(() => Prompt("m", new() { AudioInputTokens = 1 })).Should().ThrowExactly<ArgumentException>().WithParameterName("InputTokens");
        FluentActions.Invoking(() => Prompt("m", new() { OutputTokens = 10, AudioOutputTokens = 6, ImageOutputTokens = 5 })).Should().ThrowExactly<ArgumentException>().WithParameterName("OutputTokens");
        FluentActions.Invoking(() => new BudgetUsage { AudioInputTokens = -1 }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("AudioInputTokens");
        FluentActions.Invoking(() => new BudgetUsage { ImageInputTokens = -1 }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("ImageInputTokens");
        FluentActions.Invoking(() => new BudgetUsage { AudioOutputTokens = -1 }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("AudioOutputTokens");
        FluentActions.Invoking(() => new BudgetUsage { ImageOutputTokens = 9_000_000_000_001 }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithParameterName("ImageOutputTokens");
    }

    [Fact]
    public void A_model_is_paid_for_its_units_in_place_of_the_common_prices()
    {
        var price = new ModelPrice { Input = 0, Units = new Dictionary<string, decimal> { ["image"] = 0.04m, ["request"] = 0.001m, ["free"] = 0 } };

        var breakdown = Estimate(
            prices =>
            {
                Models(price)(prices);
                (prices.Units["image"], prices.Units["request"], prices.Units["free"], prices.Units["record"]) = (9, 9, 9, 1);
            },
            Prompt("m", Units(("image", 3), ("free", 5), ("record", 2))));

        breakdown.Amounts().Should().Equal(("free", 0m), ("image", 0.12m), ("request", 0.001m), ("record", 2m));
        breakdown.IsUnknown.Should().BeFalse();
    }

    [Theory]
    [InlineData("image")]
    [InlineData("second")]
    [InlineData("query")]
    [InlineData("kb")]
    public void A_model_paid_by_the_unit_costs_nobody_knows_what_until_the_unit_is_reported(string unit)
    {
        var price = new ModelPrice { Input = 0, Units = new Dictionary<string, decimal> { [unit] = 1, ["request"] = 0.5m } };

        foreach (var usage in new[] { null, new BudgetUsage(), BudgetUsage.Tokens(5, 5), Units(("other", 1)) })
        {
            var breakdown = Estimate(Models(price), Prompt("m", usage));
            breakdown.IsUnknown.Should().BeTrue();
            breakdown.Total.Should().Be(0.5m);
        }
        Estimate(Models(price), Prompt("m", unit == "kb" ? new() { ResponseBytes = 1_024 } : Units((unit, 2)))).IsUnknown.Should().BeFalse();
    }

    [Fact]
    public void A_unit_that_is_free_in_one_service_tier_is_known_there_once_it_is_reported()
    {
        var price = new ModelPrice
        {
            Input = 0,
            Units = new Dictionary<string, decimal> { ["image"] = 1, ["thumbnail"] = 0 },
            ServiceTiers = new Dictionary<string, ModelPriceTier> { ["flex"] = new() { Units = new Dictionary<string, decimal> { ["image"] = 0 } } },
        };

        Estimate(Models(price), Prompt("m", Units(("image", 1)) with { ServiceTier = "flex" })).IsUnknown.Should().BeFalse();
        Estimate(Models(price), Prompt("m", Units(("image", 0)))).IsUnknown.Should().BeFalse();
        Estimate(Models(price), Prompt("m", Units(("thumbnail", 1)) with { ServiceTier = "flex" })).IsUnknown.Should().BeTrue();
        Estimate(Models(price), Prompt("m", Units(("thumbnail", 1)))).IsUnknown.Should().BeTrue();
    }

    [Fact]
    public void Beside_tokens_a_unit_that_goes_unsaid_was_not_used()
    {
        var price = new ModelPrice { Input = 1, Units = new Dictionary<string, decimal> { ["image"] = 1 } };

        Estimate(Models(price), Prompt("m", BudgetUsage.Tokens(5, 0))).Amounts().Should().Equal(("input_tokens", 5m));
        Estimate(Models(price), Prompt("m", Units(("image", 1)))).IsUnknown.Should().BeTrue();
    }

    [Fact]
    public void The_price_of_a_request_alone_needs_no_usage()
    {
        var breakdown = Estimate(Models(new ModelPrice { Input = 0, Units = new Dictionary<string, decimal> { ["request"] = 0.5m } }), Prompt("m"));

        (breakdown.Total, breakdown.IsUnknown).Should().Be((0.5m, false));
    }

    [Fact]
    public async Task Reserving_or_committing_without_the_unit_is_refused()
    {
        await using var firewall = WithBudget(Models(new ModelPrice { Input = 0, Units = new Dictionary<string, decimal> { ["image"] = 1 } }));

        await FluentActions.Awaiting(() => firewall.ReserveAsync(Prompt("m", BudgetUsage.Tokens(1, 1))).AsTask()).Should().ThrowExactlyAsync<ArgumentException>().WithParameterName("Usage");
        await using var reservation = await firewall.ReserveAsync(Prompt("m", Units(("image", 2))));
        await FluentActions.Awaiting(() => reservation.CommitAsync(new BudgetUsage()).AsTask()).Should().ThrowExactlyAsync<ArgumentException>().WithParameterName("usage");
        (await reservation.CommitAsync(Units(("image", 1)))).Cost.Should().Be(1);
    }

    private static decimal Quantity(CostBreakdown breakdown, string name) => breakdown.Lines.Where(line => line.Name == name).Sum(line => line.Quantity);

    private static Action<PricingOptions> Models(ModelPrice price) => prices => prices.Models["m"] = price;
}
