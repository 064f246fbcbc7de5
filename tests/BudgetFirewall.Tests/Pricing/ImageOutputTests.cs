namespace BudgetFirewall.Tests;

/// <summary>Images that chat models make, which are dearer than their text.</summary>
public sealed class ImageOutputTests
{
    private const string Entry = """
        {
          "input_cost_per_token": 3e-07, "output_cost_per_token": 2.5e-06, "output_cost_per_reasoning_token": 2.5e-06,
          "output_cost_per_image": 0.039, "output_cost_per_image_token": 3e-05, "litellm_provider": "gemini", "mode": "chat"
        }
        """;

    private static readonly IReadOnlyDictionary<string, decimal> OneImage = new Dictionary<string, decimal> { ["image"] = 1 };

    [Fact]
    public void Image_tokens_of_the_answer_have_their_own_price() =>
        Cost(BudgetUsage.Tokens(100, 1_290) with { ImageOutputTokens = 1_290 }).Should().Be(0.03873m);

    [Fact]
    public void Of_an_answer_of_which_only_the_images_are_counted_all_that_may_be_theirs_is()
    {
        Cost(BudgetUsage.Tokens(100, 1_290) with { Units = OneImage }).Should().Be(0.03873m);
        Cost(BudgetUsage.Tokens(100, 1_490) with { Units = OneImage, ReasoningTokens = 200 }).Should().Be(0.03873m + (200 * 0.0000025m));
    }

    [Fact]
    public void What_is_reported_of_image_tokens_counts_beside_a_count_of_images()
    {
        Cost(BudgetUsage.Tokens(100, 1_300) with { Units = OneImage, ImageOutputTokens = 1_290 }).Should().Be((100 * 0.0000003m) + (1_290 * 0.00003m) + (10 * 0.0000025m));
        Cost(BudgetUsage.Tokens(100, 1_290) with { Units = OneImage, ImageOutputTokens = 0 }).Should().Be(0.003255m);
    }

    [Fact]
    public void An_answer_without_images_is_text() => Cost(BudgetUsage.Tokens(100, 1_290)).Should().Be(0.003255m);

    [Fact]
    public void A_model_that_is_paid_by_the_image_is_paid_for_each_and_for_its_tokens_as_text() => PricedFirewall.Estimate(
            prices => prices.Models["m"] = new ModelPrice { Input = 0, Output = 0.000002m, ImageOutput = 0.00003m, Units = new Dictionary<string, decimal> { ["image"] = 0.03m } },
            PricedFirewall.Prompt("m", BudgetUsage.Tokens(0, 10) with { Units = OneImage })).Total.Should().Be(0.03m + 0.00002m);

    private static decimal Cost(BudgetUsage usage) =>
        PricedFirewall.Estimate(prices => prices.Book = PriceFile.Entry(Entry), PricedFirewall.Prompt("m", usage)).Total;
}
