using System.Net;

namespace BudgetFirewall;

/// <summary>One call from its reservation to its response.</summary>
#pragma warning disable CA1001 // Disposing the metered content would dispose the caller's, which is the message's.
internal sealed class HttpSending
#pragma warning restore CA1001
{
    private readonly GuardedCall _call;
    private readonly HttpCallRules _rules;
    private readonly HttpRequestMessage _request;
    private readonly ApiOperation _operation;
    private MeteredRequestContent? _sent;
    private bool _isReady;

    public HttpSending(GuardedCall call, HttpCallRules rules, HttpRequestMessage request, ApiOperation operation)
    {
        _call = call;
        _rules = rules;
        _request = request;
        _operation = operation;
    }

    /// <summary>
    /// Prepares the message to be sent. An exception that the caller's content throws meanwhile is a failure of the call, before anything was sent.
    /// </summary>
    public void Prepare()
    {
        _request.Options.Set(BudgetHttpKeys.Decision, _call.Decision);
        if (_request.Content is { } content)
            _request.Content = _sent = new(content);
        _isReady = true;
    }

    /// <summary>Makes the response for the caller: the call is charged when the content of the response ends, or released here.</summary>
    public async ValueTask<HttpResponseMessage> ReceiveAsync(HttpResponseMessage response)
    {
        RestoreContent();
        await _call.ReportAsync(response).ConfigureAwait(false);
        if (!_rules.IsCharged(response))
        {
            await _call.ReleaseAsync().ConfigureAwait(false);
            return response;
        }
        var meter = new HttpCallMeter(_call, _rules, _operation, response, _sent);
        if (HasNoBody(response))
            await EndAsync(meter, response).ConfigureAwait(false);
        else
            response.Content = new MeteredResponseContent(response.Content, meter);
        return response;
    }

    /// <summary>Settles a call that got no response: charges one that may have been received, and releases otherwise.</summary>
    public async ValueTask FailAsync(Exception exception)
    {
        RestoreContent();
        var isCharged = _isReady && _sent is not { IsUntouched: true } && _rules.IsFailureCharged(exception);
        if (isCharged)
            await _call.CommitAsync(HttpCallMeter.Expected(_call, _sent?.Bytes ?? 0, responseBytes: 0), isEstimated: true, isCallerWaiting: false).ConfigureAwait(false);
        else
            await _call.ReleaseAsync().ConfigureAwait(false);
    }

    private static async ValueTask EndAsync(HttpCallMeter meter, HttpResponseMessage response)
    {
        try
        {
            await meter.EndAsync(isComplete: true, isCallerWaiting: true).ConfigureAwait(false);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    // Gives the caller's message its own content back, so that the caller can retry or dispose it.
    private void RestoreContent()
    {
        if (_sent is null || !ReferenceEquals(_request.Content, _sent))
            return;
        try
        {
            _request.Content = _sent.Inner;
        }
        catch (ObjectDisposedException)
        {
            // Disposed while it was being sent; the content went with it.
        }
    }

    private bool HasNoBody(HttpResponseMessage response) =>
        _request.Method == HttpMethod.Head
        || response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified
        || response.Content.Headers.ContentLength == 0;
}
