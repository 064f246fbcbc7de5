using System.Text;
using static BudgetFirewall.Tests.PricedFirewall;

namespace BudgetFirewall.Tests;

/// <summary>The import of price files: what entries mean.</summary>
public sealed class PriceFileTests
{
    [Fact]
    public void Each_price_of_tokens_has_its_field() =>
        PriceFile.Price("""
                {
                    "input_cost_per_token": 1.5e-07, "cache_read_input_token_cost": 7.5E-8, "cache_creation_input_token_cost": 0.0000001875, "cache_creation_input_token_cost_above_1hr": 30e-8,
                    "input_cost_per_audio_token": 1e-05, "input_cost_per_image_token": 2e-06, "output_cost_per_token": 6e-07, "output_cost_per_reasoning_token": 8e-07,
                    "output_cost_per_audio_token": 2e-05, "output_cost_per_image_token": 3e-05, "litellm_provider": "openai", "mode": "chat", "supports_vision": true
                }
                """).Should().Be(new ModelPrice
        {
            Input = 0.00000015m, CachedInput = 0.000000075m, CacheWrite = 0.0000001875m, CacheWriteOneHour = 0.0000003m, AudioInput = 0.00001m, ImageInput = 0.000002m,
            Output = 0.0000006m, Reasoning = 0.0000008m, AudioOutput = 0.00002m, ImageOutput = 0.00003m,
        });

    [Theory]
    [InlineData("1.5e-07", "0.00000015")]
    [InlineData("\"3e-7\"", "0.0000003")]
    [InlineData("\"0.0000025\"", "0.0000025")]
    [InlineData("0.1", "0.1")]
    [InlineData("2.9999900000000002e-06", "0.0000029999900000000002")]
    [InlineData("1e-28", "0.0000000000000000000000000001")]
    [InlineData("12345678901234567e-24", "0.000000012345678901234567")]
    [InlineData("9e9", "9000000000")]
    public void A_number_is_read_from_its_text_to_the_last_digit(string number, string price) =>
        PriceFile.Price($$"""{ "input_cost_per_token": {{number}} }""").Input.Should().Be(Exactly.Parse(price));

    [Fact]
    public void Service_tiers_and_long_contexts_are_read_from_the_endings_of_fields() =>
        PriceFile.Price("""
                {
                    "input_cost_per_token": 1, "output_cost_per_token": 2, "input_cost_per_token_above_200k_tokens": 3, "output_cost_per_token_above_200k_tokens": 4,
                    "cache_creation_input_token_cost_above_1hr_above_200k_tokens": 5, "cache_read_input_token_cost_above_128_tokens": 6,
                    "input_cost_per_token_batches": 0.5, "output_cost_per_token_flex": 0.25, "input_cost_per_token_priority": 7, "cache_read_input_token_cost_priority": 8,
                    "input_cost_per_token_above_200k_tokens_priority": 9, "output_cost_per_token_priority_above_272k_tokens": 10, "mode": "chat"
                }
                """).Should().Be(new ModelPrice
        {
            Input = 1, Output = 2,
            LongContext = new Dictionary<long, ModelPriceTier>
            {
                [200_000] = new() { Input = 3, Output = 4, CacheWriteOneHour = 5 },
                [128] = new() { CachedInput = 6 },
            },
            ServiceTiers = new Dictionary<string, ModelPriceTier>
            {
                ["batch"] = new() { Input = 0.5m },
                ["flex"] = new() { Output = 0.25m },
                ["priority"] = new()
                {
                    Input = 7, CachedInput = 8,
                    LongContext = new Dictionary<long, ModelPriceTier> { [200_000] = new() { Input = 9 }, [272_000] = new() { Output = 10 } },
                },
            },
        });

    [Theory]
    [InlineData("input_cost_per_request", "request")]
    [InlineData("input_cost_per_query", "query")]
    [InlineData("input_cost_per_image", "input_image")]
    [InlineData("output_cost_per_image", "image")]
    [InlineData("input_cost_per_pixel", "pixel")]
    [InlineData("output_cost_per_pixel", "pixel")]
    [InlineData("input_cost_per_second", "second")]
    [InlineData("output_cost_per_second", "second")]
    [InlineData("input_cost_per_audio_per_second", "audio_second")]
    [InlineData("output_cost_per_audio_per_second", "audio_second")]
    [InlineData("input_cost_per_video_per_second", "video_second")]
    [InlineData("output_cost_per_video_per_second", "video_second")]
    [InlineData("input_cost_per_character", "input_character")]
    [InlineData("output_cost_per_character", "output_character")]
    [InlineData("ocr_cost_per_page", "page")]
    [InlineData("annotation_cost_per_page", "annotated_page")]
    public void What_is_paid_by_the_piece_becomes_a_unit(string field, string unit) =>
        PriceFile.Price($$"""{ "{{field}}": 0.25, "mode": "chat" }""").Should().Be(new ModelPrice { Input = 0, Units = new Dictionary<string, decimal> { [unit] = 0.25m } });

    [Fact]
    public void Of_two_prices_of_the_same_thing_the_dearer_counts()
    {
        var book = PriceFile.Entry("""{ "input_cost_per_second": 0.0002, "output_cost_per_second": 0.0001 }""");

        book.Models["m"].Units!["second"].Should().Be(0.0002m);
        book.Import!.Warnings.Should().ContainSingle().Which.Field.Should().Be("output_cost_per_second");
        PriceFile.Entry("""{ "input_cost_per_second": 0.0001, "output_cost_per_second": 0.0001 }""").Import!.Warnings.Should().BeEmpty();
        PriceFile.Entry("""{ "input_cost_per_second": 0.0001, "output_cost_per_second": 0 }""").Import!.Warnings.Should().BeEmpty();
    }

    [Theory]
    [InlineData("\"chat\"", "input_image")]
    [InlineData("\"responses\"", "input_image")]
    [InlineData("null", "input_image")]
    [InlineData("\"image_generation\"", "image")]
    [InlineData("\"embedding\"", "image")]
    public void The_price_of_an_image_that_is_sent_is_none_of_an_image_of_the_answer(string mode, string unit)
    {
        var price = PriceFile.Price($$"""{ "input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6, "input_cost_per_image": 0.25, "input_cost_per_image_above_128k_tokens": 0.5, "mode": {{mode}} }""");

        price.Units![unit].Should().Be(0.25m);
        price.LongContext![128_000].Units![unit].Should().Be(0.5m);
        price.Units.GetValueOrDefault("image").Should().Be(unit == "image" ? 0.25m : 0m);
    }

    [Fact]
    public void Images_that_are_sent_and_images_of_the_answer_have_each_their_price()
    {
        var book = PriceFile.Entry("""{ "input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6, "input_cost_per_image": 0.5, "output_cost_per_image": 0.04, "mode": "image_generation" }""");

        book.Models["m"].Units.Should().BeEquivalentTo(new Dictionary<string, decimal> { ["input_image"] = 0.5m, ["image"] = 0.04m });
        book.Import!.Warnings.Should().BeEmpty();
    }

    [Fact]
    public void A_thing_priced_by_tokens_and_by_the_piece_is_paid_once()
    {
        var book = PriceFile.Entry("""{ "input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6, "output_cost_per_image_token": 3e-5, "output_cost_per_image": 0.039, "mode": "chat" }""");

        book.Models["m"].Units.Should().BeNull();
        book.Models["m"].ImageOutput.Should().Be(0.00003m);
        book.Import!.IgnoredPrices.Should().ContainSingle().Which.Should().Be(new ModelPriceNote("m", "image", "is priced by tokens or images too, which count"));
    }

    [Theory]
    [InlineData("image", "input_cost_per_image", "input_cost_per_image_token")]
    [InlineData("image", "input_cost_per_image", "output_cost_per_image_token")]
    [InlineData("second", "input_cost_per_second", "input_cost_per_audio_token")]
    [InlineData("second", "input_cost_per_second", "output_cost_per_audio_token")]
    [InlineData("audio_second", "input_cost_per_audio_per_second", "input_cost_per_audio_token")]
    [InlineData("input_character", "input_cost_per_character", "input_cost_per_token")]
    [InlineData("output_character", "output_cost_per_character", "output_cost_per_token")]
    [InlineData("pixel", "input_cost_per_pixel", "input_cost_per_image")]
    public void What_is_priced_in_two_ways_is_paid_in_one_in_every_tier(string unit, string dropped, string kept)
    {
        var twice = PriceFile.Entry($$"""{ "input_cost_per_token": 0.0, "{{kept}}": 0.001, "{{dropped}}": 0.5, "{{dropped}}_flex": 0.25, "{{dropped}}_priority": 0, "{{dropped}}_above_1k_tokens": 0.1 }""");
        var once = PriceFile.Entry($$"""{ "input_cost_per_token": 0.0, "{{kept}}": 0, "{{dropped}}": 0.5, "{{dropped}}_flex": 0.25 }""");

        (twice.Models["m"].Units?.Keys ?? []).Should().NotContain(unit);
        twice.Models["m"].ServiceTiers!.Values.Append(twice.Models["m"].LongContext![1_000]).Should().AllSatisfy(tier => tier.Units.Should().BeNull());
        twice.Import!.IgnoredPrices.Should().Equal(Enumerable.Repeat(new ModelPriceNote("m", unit, "is priced by tokens or images too, which count"), 3));
        once.Models["m"].Units![unit].Should().Be(0.5m);
        once.Models["m"].ServiceTiers!["flex"].Units![unit].Should().Be(0.25m);
        once.Import!.IgnoredPrices.Should().BeEmpty();
    }

    [Fact]
    public void A_whole_without_a_price_has_that_of_its_dearest_part() =>
        PriceFile.Price("""{ "input_cost_per_image_token": 5, "input_cost_per_audio_token": 4, "output_cost_per_image_token": 9, "output_cost_per_token": 0, "mode": "chat" }""").Should().Be(new ModelPrice { Input = 5, ImageInput = 5, AudioInput = 4, Output = 9, ImageOutput = 9 });

    [Fact]
    public void Reasoning_at_the_price_of_the_output_follows_it_into_every_tier()
    {
        var book = PriceFile.Entry("""{ "input_cost_per_token": 1, "output_cost_per_token": 2, "output_cost_per_reasoning_token": 2, "output_cost_per_token_above_1k_tokens": 5 }""");

        Estimate(prices => prices.Book = book, Prompt("m", new() { InputTokens = 1_001, OutputTokens = 3, ReasoningTokens = 1 })).Total.Should().Be(1_001 + 10 + 5);
    }

    [Fact]
    public void A_price_per_token_above_a_cent_is_taken_and_warned_of()
    {
        var book = PriceFile.Entry("""{ "input_cost_per_token": 2.5, "output_cost_per_token": 0.01, "cache_read_input_token_cost_priority": 0.0100001, "input_cost_per_image": 5 }""");

        book.Models["m"].Input.Should().Be(2.5m);
        book.Import!.Warnings.Should().Equal(new ModelPriceNote("m", "input_cost_per_token", "is 2.5 for a single token: perhaps it is meant for a million"), new ModelPriceNote("m", "cache_read_input_token_cost_priority", "is 0.0100001 for a single token: perhaps it is meant for a million"));
    }

    [Fact]
    public void A_model_that_costs_nothing_is_priced_and_warned_of()
    {
        var book = PriceFile.Entry("""{ "input_cost_per_token": 0, "output_cost_per_token": 0.0, "mode": "chat" }""");

        Estimate(prices => prices.Book = book, Prompt("m", BudgetUsage.Tokens(5, 5))).Total.Should().Be(0);
        book.Import!.Warnings.Should().ContainSingle().Which.Should().Be(new ModelPriceNote("m", null, "costs nothing: every price is 0"));
    }

    [Fact]
    public void A_model_that_costs_something_in_any_tier_is_not_warned_of()
    {
        PriceFile.Entry("""{ "input_cost_per_token": 0.001, "input_cost_per_token_flex": 0 }""").Import!.Warnings.Should().BeEmpty();
        PriceFile.Entry("""{ "input_cost_per_query": 0 }""").Import!.Warnings.Should().ContainSingle();
    }

    [Fact]
    public void The_input_has_the_price_of_its_audio_where_nothing_else_of_it_is_priced() =>
        PriceFile.Price("""{ "input_cost_per_audio_token": 0.004 }""").Should().Be(new ModelPrice { Input = 0.004m, AudioInput = 0.004m });

    [Theory]
    [InlineData("{}", "it has no usable price")]
    [InlineData("""{ "mode": "chat", "max_tokens": 4096, "litellm_provider": "heroku" }""", "it has no usable price")]
    [InlineData("""{ "input_cost_per_token": null, "output_cost_per_token": null }""", "it has no usable price")]
    [InlineData("""{ "input_cost_per_token_batches": 1e-6 }""", "it has no usable price")]
    [InlineData("""{ "input_dbu_cost_per_token": 1e-6, "search_context_cost_per_query": { "low": 1 } }""", "it has no usable price")]
    [InlineData("""{ "output_cost_per_token": 1e-6 }""", "it has a price for output tokens and none for input tokens")]
    [InlineData("""{ "output_cost_per_token": 1e-6, "input_cost_per_image": 1, "mode": "chat" }""", "it has a price for output tokens and none for input tokens")]
    [InlineData("""{ "input_cost_per_token": 1e-6, "mode": "chat" }""", "it has a price for input tokens and none for output tokens")]
    [InlineData("""{ "input_cost_per_token": 1e-6, "mode": "chat", "source": "embedding" }""", "it has a price for input tokens and none for output tokens")]
    [InlineData("""{ "input_cost_per_token": 1e-6, "mode": "completion" }""", "it has a price for input tokens and none for output tokens")]
    [InlineData("""{ "input_cost_per_token": 1e-6, "mode": "responses" }""", "it has a price for input tokens and none for output tokens")]
    [InlineData("""{ "input_cost_per_token": 1e-6, "mode": "realtime" }""", "it has a price for input tokens and none for output tokens")]
    [InlineData("""{ "input_cost_per_token": -1e-6, "output_cost_per_token": 1e-6 }""", "input_cost_per_token must be from 0 to 9,000,000,000 but is '-1e-6'")]
    [InlineData("""{ "input_cost_per_token": 9000000001 }""", "input_cost_per_token must be from 0 to 9,000,000,000 but is '9000000001'")]
    [InlineData("""{ "input_cost_per_token": 1e400 }""", "input_cost_per_token must be a number such as 10, 0.05 or 1.5e-7 but is '1e400'")]
    [InlineData("""{ "input_cost_per_token": 1e-400 }""", "input_cost_per_token must have at most 28 decimal places but is '1e-400'")]
    [InlineData("""{ "input_cost_per_token": "1,5" }""", "input_cost_per_token must be a number such as 10, 0.05 or 1.5e-7 but is '1,5'")]
    [InlineData("""{ "input_cost_per_token": "NaN" }""", "input_cost_per_token must be a number such as 10, 0.05 or 1.5e-7 but is 'NaN'")]
    [InlineData("""{ "input_cost_per_token": "" }""", "input_cost_per_token must be a number such as 10, 0.05 or 1.5e-7 but is ''")]
    [InlineData("""{ "input_cost_per_token": true }""", "input_cost_per_token must be a number")]
    [InlineData("""{ "input_cost_per_token": { "usd": 1 } }""", "input_cost_per_token must be a number")]
    [InlineData("""{ "input_cost_per_token": 1, "output_cost_per_token_flex": [] }""", "output_cost_per_token_flex must be a number")]
    [InlineData("""{ "tiered_pricing": [] }""", "it has no usable price")]
    [InlineData("""{ "tiered_pricing": [{ "max_results_range": [0, 25], "input_cost_per_query": 0.005 }] }""", "it has no usable price")]
    [InlineData("""{ "tiered_pricing": [{ "range": [0, 10], "output_cost_per_token": 1 }] }""", "a range of tiered_pricing has no price for input tokens")]
    [InlineData("""{ "tiered_pricing": [{ "range": [0, 9], "input_cost_per_token": 1 }, { "range": [0, 8], "input_cost_per_token": 2 }] }""", "tiered_pricing has two ranges above 0 tokens")]
    [InlineData("""{ "tiered_pricing": [{ "range": [0], "input_cost_per_token": 1 }] }""", "range must be two numbers of tokens but is '0'")]
    [InlineData("""{ "tiered_pricing": [{ "range": [-1, 5.5], "input_cost_per_token": 1 }] }""", "range must be whole numbers of tokens but is '-1, 5.5'")]
    [InlineData("""{ "tiered_pricing": [{ "range": [[0], {}], "input_cost_per_token": 1 }] }""", "range must be two numbers of tokens but is ', '")]
    [InlineData("""{ "tiered_pricing": [{ "range": [0, 1, 2], "input_cost_per_token": 1 }] }""", "range must be two numbers of tokens but is '0, 1, 2'")]
    [InlineData("""{ "tiered_pricing": [{ "range": [-1, 5], "input_cost_per_token": 1 }] }""", "range must be whole numbers of tokens but is '-1, 5'")]
    [InlineData("""{ "tiered_pricing": [{ "range": [0.5, 5], "input_cost_per_token": 1 }] }""", "range must be whole numbers of tokens but is '0.5, 5'")]
    [InlineData("""{ "tiered_pricing": [{ "range": [0, 9000000000001], "input_cost_per_token": 1 }] }""", "range must be whole numbers of tokens but is '0, 9000000000001'")]
    [InlineData("""{ "tiered_pricing": [[1], { "range": [0, 5], "input_cost_per_token": 1 }] }""", "a range of tiered_pricing is not an object")]
    [InlineData("""{ "tiered_pricing": ["range"] }""", "a range of tiered_pricing is not an object")]
    [InlineData("5", "the entry is not an object")]
    [InlineData("null", "the entry is not an object")]
    [InlineData("[{ \"input_cost_per_token\": 1 }]", "the entry is not an object")]
    public void An_entry_without_a_usable_price_is_skipped_with_the_reason_and_its_model_refused(string entry, string reason)
    {
        var book = PriceFile.Entry(entry);

        book.Import!.Skipped.Should().ContainSingle().Which.Should().Be(new ModelPriceNote("m", null, reason));
        book.Models.Should().BeEmpty();
        var refused = FluentActions.Invoking(() => Estimate(prices => prices.Book = book, Prompt("m", BudgetUsage.Tokens(1, 1)))).Should().ThrowExactly<UnknownPriceException>().Which;
        refused.Message.Should().Contain($"The price file leaves out 'm': {reason}.");
    }

    [Theory]
    [InlineData("m", " The price file leaves out 'm': it has no usable price.")]
    [InlineData("n", " The price file leaves out 'openai/n': it has no usable price.")]
    [InlineData("o", "")]
    public void A_model_that_the_file_leaves_out_is_refused_with_the_reason_and_one_that_it_does_not_name_without(string model, string reason)
    {
        var book = PriceFile.Read("""{ "azure/o": {}, "m": {}, "openai/n": {} }""");

        var refused = FluentActions.Invoking(() => Estimate(prices => prices.Book = book, Prompt(model, BudgetUsage.Tokens(1, 1)))).Should().ThrowExactly<UnknownPriceException>().Which;

        refused.Message.Should().StartWith($"There is no price for the model '{model}' of the provider 'openai', so what the request costs is unknown.{reason} Give the request its Cost, or add the model to Pricing.Models");
        refused.Message.Should().Contain("set Pricing.UnknownModels to UseDefaultCost");
    }

    [Fact]
    public void Prices_that_are_not_understood_are_listed_and_other_fields_are_not()
    {
        var book = PriceFile.Entry("""
            {
                "input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6, "supports_vision": true, "max_tokens": 5, "source": "1", "metadata": { "cost": 1 },
                "search_context_cost_per_query": { "search_context_size_low": 0.01 }, "file_search_cost_per_1k_calls": 0.0, "regional_processing_uplift_multiplier_eu": 1.1
            }
            """);

        book.Import!.IgnoredPrices.Select(note => note.Field).Should().Equal("search_context_cost_per_query", "regional_processing_uplift_multiplier_eu");
    }

    [Fact]
    public void The_sample_and_a_name_given_twice_are_skipped()
    {
        var book = PriceFile.Read("""
            { "sample_spec": { "input_cost_per_token": 0.5 }, "m": { "input_cost_per_token": 99 }, "n": { "input_cost_per_token": 2 }, "m": { "input_cost_per_token": 3 }, "n": {} }
            """);

        book.Import!.Priced.Should().Equal("m");
        book.Models["m"].Input.Should().Be(3);
        book.Import.Skipped.Select(note => (note.Model, note.Reason)).Should().Equal(("sample_spec", "it is the sample of an entry"), ("m", "the name is given again further down"), ("n", "the name is given again further down"), ("n", "it has no usable price"));
        book.Import.EntryCount.Should().Be(5);
        book.Import.Warnings.Should().NotContain(note => note.Reason.Contains("99", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("openai", "gpt-4o", 1)]
    [InlineData("my-gateway", "openai/gpt-4o", 1)]
    [InlineData("my-gateway", "azure/gpt-4o", 2)]
    [InlineData("my-gateway", "mistral/large", 3)]
    public void An_entry_is_known_by_the_prefix_of_its_seller_too(string provider, string model, decimal input)
    {
        var book = PriceFile.Read("""
            {
                "gpt-4o": { "input_cost_per_token": 1, "litellm_provider": "openai" }, "azure/gpt-4o": { "input_cost_per_token": 2, "litellm_provider": "azure" },
                "large": { "input_cost_per_token": 9, "litellm_provider": "mistral" }, "mistral/large": { "input_cost_per_token": 3, "litellm_provider": "mistral" }
            }
            """);

        book.Find(model, provider)!.Input.Should().Be(input);
        book.Find("groq/gpt-4o", provider).Should().BeNull();
        book.Models.Count.Should().Be(4);
    }

    [Fact]
    public void Only_a_name_without_the_prefix_of_its_seller_is_known_by_it_too()
    {
        var book = PriceFile.Read("""
            {
                "alone": { "input_cost_per_token": 1 }, "azure/gpt-4o": { "input_cost_per_token": 2, "litellm_provider": "azure" },
                "azure-large": { "input_cost_per_token": 3, "litellm_provider": "azure" }
            }
            """);

        book.Find("/alone").Should().BeNull();
        book.Find("azure/azure/gpt-4o").Should().BeNull();
        book.Find("azure/azure-large")!.Input.Should().Be(3);
    }

    [Fact]
    public void Names_are_data_but_for_those_that_are_too_long_or_empty()
    {
        var book = PriceFile.Read($$"""{ "a:b{*}\n\u00e9": { "input_cost_per_token": 1 }, "": { "input_cost_per_token": 1 }, "{{new string('m', 257)}}": { "input_cost_per_token": 1 } }""");

        book.Import!.Priced.Should().Equal("a:b{*}\né");
        book.Import.Skipped.Select(note => note.Reason).Should().Equal("the name must not be empty but is ''", $"the name: has 257 characters; at most 256 are allowed: '{new string('m', 40)}…'");
    }

    [Fact]
    public void A_file_of_2750_entries_is_accounted_for_to_the_last_one()
    {
        var book = PriceFile.Read(LargePriceFile.Of(2_750));
        var import = book.Import!;

        import.EntryCount.Should().Be(2_750);
        import.Priced.Count.Should().Be(LargePriceFile.PricedOf(2_750));
        import.Priced.Concat(import.Skipped.Select(note => note.Model)).Distinct().Count().Should().Be(2_750);
        book.Models.Keys.Should().Equal(import.Priced);
        import.Skipped.Should().AllSatisfy(note => note.Reason.Should().NotBeEmpty());
        import.Priced.Should().AllSatisfy(model => book.Find(model).Should().NotBeNull());
    }

    [Fact]
    public void A_file_reports_its_path_its_date_and_what_became_of_it()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            File.WriteAllText(path, """{ "m": { "input_cost_per_token": 5 }, "n": {} }""", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
            File.SetLastWriteTimeUtc(path, new DateTime(2026, 5, 1, 6, 0, 0, DateTimeKind.Utc));

            var book = ModelPriceBook.FromFile(path);

            (book.Source, book.Date).Should().Be(((string?, DateTimeOffset?))(path, new DateTimeOffset(2026, 5, 1, 6, 0, 0, TimeSpan.Zero)));
            book.ToString().Should().Be($"1 models from {path} of 2026-05-01 (1 of 2 entries priced, 1 skipped, 1 warnings)");
        }
        finally
        {
            File.Delete(path);
        }
    }
}
