using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.Http.Tests;

/// <summary>A handler whose first call finds no connection.</summary>
internal sealed class FailingOnce : DelegatingHandler
{
    private int _calls;

    public static void Add(IHttpClientBuilder client) => client.AddHttpMessageHandler(() => new FailingOnce());

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Interlocked.Increment(ref _calls) == 1
        ? throw new HttpRequestException(HttpRequestError.ConnectionError, "no connection")
        : base.SendAsync(request, cancellationToken);
}
