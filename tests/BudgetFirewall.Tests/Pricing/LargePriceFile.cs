using System.Globalization;
using System.Text;

namespace BudgetFirewall.Tests;

/// <summary>Price files of the size and the kinds of entries of a real one.</summary>
internal static class LargePriceFile
{
    /// <summary>A file of so many entries, the sample included.</summary>
    public static string Of(int entries)
    {
        var json = new StringBuilder("{\n").Append(Samples.Entry("sample_spec", "\"input_cost_per_token\": 0.0, \"mode\": \"one of: chat, embedding\""));
        for (var i = 1; i < entries; i++)
            json.Append(",\n").Append(Samples.Entry(string.Create(CultureInfo.InvariantCulture, $"provider-{i % 7}/model-{i}"), Samples.Kinds[i % Samples.Kinds.Length].Fields(i)));
        return json.Append("\n}\n").ToString();
    }

    /// <summary>How many entries of a large file are priced, by their kinds.</summary>
    public static int PricedOf(int entries) => Enumerable.Range(1, entries - 1).Count(i => Samples.Kinds[i % Samples.Kinds.Length].IsPriced);

    private static class Samples
    {
        public static readonly (bool IsPriced, Func<int, string> Fields)[] Kinds =
        [
            (true, i => $"\"input_cost_per_token\": {i}e-09, \"output_cost_per_token\": {i * 4}e-09, \"cache_read_input_token_cost\": {i}e-10, \"mode\": \"chat\""),
            (true, i => $"\"input_cost_per_token\": \"{i}e-8\", \"output_cost_per_token\": 0.0, \"mode\": \"embedding\""),
            (true, i => $"\"input_cost_per_token\": 3e-06, \"input_cost_per_token_above_200k_tokens\": 6e-06, \"output_cost_per_token\": 1.5e-05, \"output_cost_per_token_above_200k_tokens\": 2.25e-05, \"mode\": \"chat\""),
            (true, i => $"\"tiered_pricing\": [{{ \"range\": [0, 32000.0], \"input_cost_per_token\": 2e-07, \"output_cost_per_token\": 1e-06 }}, {{ \"range\": [32000.0, 128000.0], \"input_cost_per_token\": 3e-07, \"output_cost_per_token\": 2e-06 }}], \"mode\": \"chat\""),
            (true, i => $"\"output_cost_per_image\": 0.0{i}, \"mode\": \"image_generation\""),
            (true, i => $"\"input_cost_per_second\": 1e-05, \"output_cost_per_second\": 0.0, \"mode\": \"audio_transcription\""),
            (true, i => $"\"input_cost_per_token\": 2.5e-06, \"input_cost_per_token_batches\": 1.25e-06, \"input_cost_per_token_priority\": 4.25e-06, \"output_cost_per_token\": 1e-05, \"output_cost_per_token_batches\": 5e-06, \"mode\": \"chat\""),
            (true, i => $"\"input_cost_per_query\": 0.002, \"mode\": \"rerank\""),
            (false, i => $"\"mode\": \"chat\", \"max_tokens\": {i}"),
            (false, i => $"\"input_cost_per_token\": \"free\", \"output_cost_per_token\": 0.0, \"mode\": \"chat\""),
            (false, i => $"\"input_cost_per_token\": -1e-06, \"output_cost_per_token\": 1e-06, \"mode\": \"chat\""),
            (false, i => $"\"code_interpreter_cost_per_session\": 0.03, \"mode\": \"chat\""),
        ];

        public static string Entry(string name, string fields) =>
            $$"""
                "{{name}}": {
                    {{fields}},
                    "litellm_provider": "openai",
                    "max_input_tokens": 128000,
                    "max_output_tokens": 16384,
                    "source": "https://example.com/pricing",
                    "supported_endpoints": ["/v1/chat/completions", "/v1/batch"],
                    "supports_function_calling": true,
                    "supports_parallel_function_calling": true,
                    "supports_vision": true,
                    "metadata": { "notes": "Nothing of this is a price: 1e-06." }
                }
            """;
    }
}
