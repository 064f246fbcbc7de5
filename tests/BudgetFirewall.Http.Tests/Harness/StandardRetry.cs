using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.Http.Tests;

/// <summary>The standard resilience handler as it is by default, without its pauses, and with time-outs that no slow machine runs into.</summary>
internal static class StandardRetry
{
    public static void Add(IHttpClientBuilder client) => client.AddStandardResilienceHandler(options =>
    {
        options.Retry.Delay = TimeSpan.Zero;
        options.Retry.ShouldRetryAfterHeader = false;
        options.AttemptTimeout.Timeout = TimeSpan.FromMinutes(5);
        options.CircuitBreaker.SamplingDuration = TimeSpan.FromMinutes(10);
        options.TotalRequestTimeout.Timeout = TimeSpan.FromMinutes(20);
    });
}
