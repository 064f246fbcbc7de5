namespace BudgetFirewall.Tests.Configuration;

public sealed class PriceBindingTests
{
    [Fact]
    public void Prices_are_read_as_maps()
    {
        var pricing = Configured.Options("""
            { "Pricing": {
                "DefaultCostPerRequest": 0.001, "UnknownProviders": "free", "UnknownModels": "UseDefaultCost",
                "Providers": { "finnhub": 0.01, "OpenAI": 2 },
                "Operations": { "quote": 0.5 },
                "Units": { "kb": 1.5e-7, "record": "0.002" },
                "Models": { "gpt-4o": { "Input": 0.0000025, "CachedInput": 0.00000125, "CacheWrite": 0.000003, "CacheWriteOneHour": 0.000004, "Output": 0.00001, "Reasoning": 0.00002 } }
            } }
            """).Pricing;

        pricing.DefaultCostPerRequest.Should().Be(0.001m);
        pricing.UnknownProviders.Should().Be(UnknownProviderPolicy.Free);
        pricing.UnknownModels.Should().Be(UnknownModelPolicy.UseDefaultCost);
        pricing.Providers.Should().Equal(new Dictionary<string, decimal> { ["finnhub"] = 0.01m, ["OpenAI"] = 2m });
        pricing.Operations.Should().Equal(new Dictionary<string, decimal> { ["quote"] = 0.5m });
        pricing.Units.Should().Equal(new Dictionary<string, decimal> { ["kb"] = 0.00000015m, ["record"] = 0.002m });
        pricing.Models.Should().ContainSingle(model => model.Key == "gpt-4o").Which.Value.Should().Be(new ModelPrice
        {
            Input = 0.0000025m, CachedInput = 0.00000125m, CacheWrite = 0.000003m, CacheWriteOneHour = 0.000004m, Output = 0.00001m, Reasoning = 0.00002m,
        });
    }

    [Fact]
    public void Names_with_colons_and_names_of_digits_are_read_from_lists()
    {
        var pricing = Configured.Options("""
            { "Pricing": {
                "Providers": [{ "Name": "a:b", "Price": 0.01 }, { "Name": "A:B", "Price": 0.02 }],
                "Operations": [{ "Name": "v1:chat", "Multiplier": 3 }],
                "Units": [{ "Name": "42", "Price": 4 }],
                "Models": [{ "Name": "llama3:8b", "Input": 0.1 }, { "Name": "llama3:70b", "InputPerMillion": 0.6, "OutputPerMillion": 0.8 }]
            } }
            """).Pricing;

        pricing.Providers.Should().Equal(new Dictionary<string, decimal> { ["a:b"] = 0.01m, ["A:B"] = 0.02m });
        pricing.Operations["v1:chat"].Should().Be(3m);
        pricing.Units["42"].Should().Be(4m);
        pricing.Models["llama3:8b"].Should().Be(new ModelPrice { Input = 0.1m });
        pricing.Models["llama3:70b"].Should().Be(ModelPrice.PerMillion(input: 0.6m, output: 0.8m));
    }

    [Fact]
    public void Prices_per_million_are_the_same_as_prices_per_token()
    {
        var models = Configured.Options("""
            { "Pricing": { "Models": {
                "published": { "InputPerMillion": 3, "CachedInputPerMillion": 0.3, "CacheWritePerMillion": 3.75, "CacheWriteOneHourPerMillion": 6, "OutputPerMillion": 15, "ReasoningPerMillion": 16 },
                "single": { "Input": 3e-6, "CachedInput": 3e-7, "CacheWrite": 3.75e-6, "CacheWriteOneHour": 6e-6, "Output": 15e-6, "Reasoning": 16e-6 } } } }
            """).Pricing.Models;

        models["published"].Should().Be(models["single"]);
    }

    [Fact]
    public void Tiers_and_units_of_a_model_are_read_with_their_prices()
    {
        var expected = new ModelPrice
        {
            Input = 0.000003m, Output = 0.000015m, AudioInput = 0.00001m, ImageOutput = 0.00003m,
            Units = new Dictionary<string, decimal> { ["image"] = 0.04m, ["a:b"] = 1m },
            LongContext = new Dictionary<long, ModelPriceTier> { [200_000] = new() { Input = 0.000006m, Output = 0.0000225m } },
            ServiceTiers = new Dictionary<string, ModelPriceTier>
            {
                ["batch"] = ModelPriceTier.PerMillion(1.5m, 7.5m),
                ["priority"] = new()
                {
                    CachedInput = 0.000001m, Units = new Dictionary<string, decimal> { ["image"] = 0.08m },
                    LongContext = new Dictionary<long, ModelPriceTier> { [200_000] = new() { Reasoning = 0.00005m } },
                },
            },
        };
        const string Model = """
            "InputPerMillion": 3, "Output": 15e-6, "AudioInputPerMillion": 10, "ImageOutput": 0.00003, "Units": [{ "Name": "image", "Price": 0.04 }, { "Name": "a:b", "Price": 1 }],
            "LongContext": { "200000": { "InputPerMillion": 6, "OutputPerMillion": 22.5 } },
            "ServiceTiers": {
                "batch": { "InputPerMillion": 1.5, "OutputPerMillion": 7.5 },
                "priority": { "CachedInput": 1e-6, "Units": { "image": 0.08 }, "LongContext": { "200000": { "ReasoningPerMillion": 50 } } }
            }
            """;

        var pricing = Configured.Options($$"""{ "Pricing": { "Models": [{ "Name": "a:b", {{Model}} }] } }""").Pricing;

        pricing.Models["a:b"].Should().Be(expected);
        Configured.Options($$"""{ "Pricing": { "Models": { "m": { {{Model}} } } } }""").Pricing.Models["m"].Should().Be(expected);
    }

    [Fact]
    public void Aliases_are_read_as_a_map_or_a_list()
    {
        var pricing = Configured.Options("""
            { "Pricing": {
                "Models": { "gpt-4o": { "Input": 1 } }, "DatedNamesFallBack": "true",
                "Aliases": { "0": { "Name": "a:b", "Model": "gpt-4o" }, "chat": "gpt-4o" } } }
            """).Pricing;

        pricing.Aliases.Should().Equal(new Dictionary<string, string> { ["a:b"] = "gpt-4o", ["chat"] = "gpt-4o" });
        pricing.DatedNamesFallBack.Should().BeTrue();
    }

    [Fact]
    public void A_later_source_adds_prices_and_replaces_those_of_the_same_name()
    {
        var section = Configured.Json("""{ "Pricing": { "DefaultCostPerRequest": 1, "Providers": { "a": 1, "b": 2 } } }""");

        var pricing = Configured.Options(section, options => options.Pricing.Providers["b"] = 3).Pricing;

        pricing.DefaultCostPerRequest.Should().Be(1m);
        pricing.Providers.Should().Equal(new Dictionary<string, decimal> { ["a"] = 1m, ["b"] = 3m });
    }

    [Theory]
    [InlineData("""{ "Models": { "llama3:8b": { "Input": 1 } } }""", "Pricing:Models:llama3 must be prices; a name with a colon is given in a list")]
    [InlineData("""{ "Units": { "a:b": 1 } }""", "Pricing:Units:a must be a number; a name with a colon is given in a list")]
    [InlineData("""{ "Models": { "m": { "Output": 1 } } }""", "Pricing:Models:m:Input is missing, and InputPerMillion too")]
    [InlineData("""{ "Models": { "m": { "Input": 1, "InputPerMillion": 1 } } }""", "Pricing:Models:m:Input and InputPerMillion are both given")]
    [InlineData("""{ "Models": { "m": { "Input": -1 } } }""", "Pricing:Models:m:Input must be from 0 to 9,000,000,000 but is '-1'")]
    [InlineData("""{ "Models": { "m": { "Input": "1,5" } } }""", "Pricing:Models:m:Input must be a number such as 10, 0.05 or 1.5e-7 but is '1,5'")]
    [InlineData("""{ "Models": { "m": { "Input": 1, "Name": "n" } } }""", "Pricing:Models:m:Name is not a known key")]
    [InlineData("""{ "Models": { "m": { "Input": 1, "LongContext": { "0": { "Input": 2 } } } } }""", "Pricing:Models:m:LongContext:0 must be a number of input tokens from 1 to 9,000,000,000,000, above which the prices hold but is '0'")]
    [InlineData("""{ "Models": { "m": { "Input": 1, "LongContext": { "200k": { "Input": 2 } } } } }""", "Pricing:Models:m:LongContext:200k must be a number of input tokens")]
    [InlineData("""{ "Models": { "m": { "Input": 1, "LongContext": { "5": { "LongContext": { "6": { "Input": 2 } } } } } } }""", "Pricing:Models:m:LongContext:5:LongContext is not a known key")]
    [InlineData("""{ "Models": { "m": { "Input": 1, "LongContext": { "5": 2 } } } }""", "Pricing:Models:m:LongContext:5 must have keys of its own")]
    [InlineData("""{ "Models": { "m": { "Input": 1, "ServiceTiers": { "batch": { "Input": -1 } } } } }""", "Pricing:Models:m:ServiceTiers:batch:Input must be from 0 to 9,000,000,000 but is '-1'")]
    [InlineData("""{ "Models": { "m": { "Input": 1, "ServiceTiers": { "batch": { "Inptu": 1 } } } } }""", "Pricing:Models:m:ServiceTiers:batch:Inptu is not a known key")]
    [InlineData("""{ "Models": { "m": { "Input": 1, "Units": { "image": -1 } } } }""", "Pricing:Models:m:Units:image must be from 0 to 9,000,000,000 but is '-1'")]
    [InlineData("""{ "Models": { "m": { "Input": 1, "Units": { "input_tokens": 1 } } } }""", "Pricing:Models:m:Units:input_tokens")]
    [InlineData("""{ "Models": { "m": { "Input": 1, "ServiceTiers": { "batch": { "Units": { "image": -1 } } } } } }""", "Pricing:Models:m:ServiceTiers:batch:Units:image must be from 0 to 9,000,000,000 but is '-1'")]
    [InlineData("""{ "Models": { "m": { "ServiceTiers": { "batch": { "Input": 1 } } } } }""", "Pricing:Models:m:Input is missing, and InputPerMillion too")]
    [InlineData("""{ "Aliases": { "a": { "b": "c" } } }""", "Pricing:Aliases:a must be a name; one with a colon is given in a list")]
    [InlineData("""{ "Aliases": { "a": "" } }""", "Pricing:Aliases:a must not be empty but is ''")]
    [InlineData("""{ "Aliases": [{ "Name": "a", "Model": "b" }, { "Name": "a", "Model": "c" }] }""", "Pricing:Aliases:1 gives 'a' a second meaning")]
    [InlineData("""{ "DatedNamesFallBack": "yes" }""", "Pricing:DatedNamesFallBack must be true or false but is 'yes'")]
    [InlineData("""{ "PriceFile": "" }""", "Pricing:PriceFile")]
    [InlineData("""{ "PriceFile": "/no/such/file.json" }""", "Pricing:PriceFile: cannot be read ('/no/such/file.json'): Could not find")]
    [InlineData("""{ "Models": [{ "Input": 1 }] }""", "Pricing:Models:0:Name is missing")]
    [InlineData("""{ "Models": [{ "Name": "", "Input": 1 }] }""", "Pricing:Models:0:Name must not be empty but is ''")]
    [InlineData("""{ "Models": [{ "Name": "m", "Input": 1 }, { "Name": "m", "Input": 2 }] }""", "Pricing:Models:1 gives 'm' a second price")]
    [InlineData("""{ "Models": { "m": 1 } }""", "Pricing:Models:m must have keys of its own")]
    [InlineData("""{ "Providers": [0.01] }""", "Pricing:Providers:0 must have keys of its own (Name, Price) but is '0.01'")]
    [InlineData("""{ "Providers": [{ "Name": "a" }] }""", "Pricing:Providers:0:Price is missing")]
    [InlineData("""{ "Providers": { "a": "free" } }""", "Pricing:Providers:a must be a number such as 10, 0.05 or 1.5e-7 but is 'free'")]
    [InlineData("""{ "Providers": { "a": null } }""", "Pricing:Providers:a must be a number")]
    [InlineData("""{ "Providers": 1 }""", "Pricing:Providers must have keys of its own but is '1'")]
    [InlineData("""{ "Operations": [{ "Name": "a", "Price": 1 }] }""", "Pricing:Operations:0:Multiplier is missing")]
    [InlineData("""{ "UnknownModels": "1" }""", "Pricing:UnknownModels must be one of Refuse, UseDefaultCost but is '1'")]
    [InlineData("""{ "DefaultCostPerRequest": -1 }""", "Pricing:DefaultCostPerRequest must be from 0 to 9,000,000,000 but is '-1'")]
    [InlineData("""{ "UnknownProviders": "Allow" }""", "Pricing:UnknownProviders must be one of Refuse, Free but is 'Allow'")]
    [InlineData("""{ "Default": 1 }""", "Pricing:Default is not a known key; known here are DefaultCostPerRequest, UnknownProviders, UnknownModels, Providers, Operations, Units, Models")]
    public void A_bad_price_is_an_error_with_its_path(string pricing, string error)
    {
        var errors = Configured.Errors($$"""{ "Pricing": {{pricing}} }""");

        errors[0].Should().StartWith("BudgetFirewall:" + error);
    }
}
