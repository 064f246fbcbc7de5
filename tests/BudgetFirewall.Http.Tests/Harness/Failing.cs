using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.Http.Tests;

/// <summary>A handler that fails before anything is sent.</summary>
internal sealed class Failing(Func<Exception> failure) : DelegatingHandler
{
    public static void Add(IHttpClientBuilder client, Func<Exception> failure) => client.AddHttpMessageHandler(() => new Failing(failure));

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => throw failure();
}
