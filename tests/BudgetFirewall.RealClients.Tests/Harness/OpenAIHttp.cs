using System.ClientModel.Primitives;
using System.Text.Json;
using OpenAI;

namespace BudgetFirewall.RealClients.Tests;

/// <summary>The guard of an HttpClient, set up for the bodies of OpenAI's API by hand.</summary>
internal static class OpenAIHttp
{
    /// <summary>The tokens that a call is expected to use.</summary>
    public static readonly ReportedUsage Expected = new(1_000, 500);

    /// <summary>Has the calls of a model reserved at what is expected and charged by the usage in the body.</summary>
    public static void Configure(BudgetHandlerOptions options)
    {
        options.Describe = (_, request) => request with { Model = Tariff.Chat };
        options.ExpectedUsage = BudgetUsage.Tokens(Expected.Input, Expected.Output);
        options.ReadUsage = result =>
        {
            if (!result.IsBodyComplete)
                return null;
            var usage = JsonDocument.Parse(result.Body).RootElement.GetProperty("usage");
            return BudgetUsage.Tokens(
                usage.GetProperty("prompt_tokens").GetInt64(),
                usage.GetProperty("completion_tokens").GetInt64(),
                usage.GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt64());
        };
    }

    /// <summary>Has a client of the OpenAI SDK send through an HttpClient, and repeat what failed as often as is said.</summary>
    public static Action<OpenAIClientOptions> Over(HttpClient http, int retries) => options =>
    {
        options.Transport = new HttpClientPipelineTransport(http);
        options.RetryPolicy = new ClientRetryPolicy(retries);
    };
}
