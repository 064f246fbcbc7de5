using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.Http.Tests;

/// <summary>A handler that answers in place of the network.</summary>
internal sealed class Answering(Func<HttpContent> content) : DelegatingHandler
{
    public static void Add(IHttpClientBuilder client, Func<HttpContent> content) => client.AddHttpMessageHandler(() => new Answering(content));

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(new HttpResponseMessage { Content = content(), RequestMessage = request });
}
