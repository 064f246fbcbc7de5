using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Authentication;

namespace BudgetFirewall;

/// <summary>Posts what is to be delivered, each once, only to addresses that are allowed. Never throws for anything that the receiver or the network does. Thread-safe.</summary>
internal sealed class WebhookSender : IDisposable
{
    private readonly HttpMessageInvoker _client;
    private readonly AllowedAddresses _addresses;
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _timeout;

    public WebhookSender(WebhookOptions options, TimeProvider timeProvider)
    {
        (_addresses, _timeProvider, _timeout) = (new([.. options.AllowedNetworks]), timeProvider, options.Timeout);
        _client = new(new WebhookConnector(_addresses, options.Resolve).CreateHandler());
    }

    /// <summary>A description of what keeps deliveries from a URL; null when nothing does.</summary>
    public string? FaultOf(string url) => _addresses.FaultOf(url);

    /// <summary>Reads the URL of a receiver.</summary>
    /// <exception cref="ArgumentException">Deliveries may not go there.</exception>
    public Uri UrlOf(string url) => _addresses.FaultOf(url) is { } fault ? throw new ArgumentException(fault, nameof(url)) : new(url);

    /// <summary>Posts a signed delivery.</summary>
    /// <exception cref="OperationCanceledException">The call was cancelled; the receiver may have the delivery.</exception>
    public Task<WebhookAttempt> SendAsync(WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        var now = _timeProvider.GetUtcNow();
        return SendAsync(delivery.Url, delivery.Body, CloudEventsType, headers =>
        {
            headers.Add(WebhookSignature.IdHeader, delivery.Id);
            headers.Add(WebhookSignature.TimestampHeader, now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
            headers.Add(WebhookSignature.SignatureHeader, string.Join(' ', delivery.Secrets.Select(secret => WebhookSignature.Sign(secret, delivery.Id, now, delivery.Body.Span))));
        }, cancellationToken);
    }

    /// <summary>Posts JSON without a signature.</summary>
    /// <exception cref="OperationCanceledException">The call was cancelled; the receiver may have it.</exception>
    public Task<WebhookAttempt> SendAsync(Uri url, ReadOnlyMemory<byte> json, CancellationToken cancellationToken) => SendAsync(url, json, JsonType, static _ => { }, cancellationToken);

    public void Dispose() => _client.Dispose();

    private static MediaTypeHeaderValue CloudEventsType => new("application/cloudevents+json", "utf-8");

    private static MediaTypeHeaderValue JsonType => new("application/json", "utf-8");

    private async Task<WebhookAttempt> SendAsync(Uri url, ReadOnlyMemory<byte> body, MediaTypeHeaderValue type, Action<HttpRequestHeaders> addHeaders, CancellationToken cancellationToken)
    {
        // The network takes its own time, whatever the clock says.
        using var timeout = new CancellationTokenSource(_timeout, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ReadOnlyMemoryContent(body) };
            request.Content.Headers.ContentType = type;
            request.Headers.UserAgent.Add(new("BudgetFirewall", "1"));
            addHeaders(request.Headers);
            // The status is all that counts: the body of the answer is not waited for.
            using var response = await _client.SendAsync(request, either.Token).ConfigureAwait(false);
            var status = (int)response.StatusCode;
            return new(status, response.IsSuccessStatusCode ? null : $"The receiver has answered {status}.", RetryAfterOf(response.Headers.RetryAfter));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException)
        {
            return new(null, $"The receiver has not answered within {_timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s.", null);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or AuthenticationException)
        {
            return new(null, exception.InnerException is WebhookRefusedException refused ? refused.Message : exception.Message, null);
        }
    }

    private TimeSpan? RetryAfterOf(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? header?.Date - _timeProvider.GetUtcNow();
        return wait is { } time && time > TimeSpan.Zero ? time : null;
    }
}
