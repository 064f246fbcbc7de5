namespace BudgetFirewall;

/// <summary>
/// A channel that posts each event to a URL, signed as <a href="https://www.standardwebhooks.com">Standard Webhooks</a> has it: <see cref="WebhookSignature"/>. Best effort, as every channel in a process: it tries once.
/// Thread-safe.
/// </summary>
public sealed class WebhookChannel : IEventChannel, IDisposable
{
    private readonly WebhookSender _sender;
    private readonly Uri _url;
    private readonly WebhookSecret[] _secrets;

    /// <summary>A channel to a URL.</summary>
    /// <param name="url">The URL, of https; of http only in a network that is allowed. A name is looked up when a connection is made.</param>
    /// <param name="secret">The key of the signature.</param>
    /// <param name="configure">Changes the options; null: the defaults.</param>
    /// <param name="formerSecret">The key that <paramref name="secret"/> takes the place of: while a receiver is brought from one to the other, deliveries are signed with both. Null for none.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentException">The URL is none that deliveries may go to.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="url"/> or <paramref name="secret"/> is null.</exception>
    public WebhookChannel(string url, WebhookSecret secret, Action<WebhookOptions>? configure = null, WebhookSecret? formerSecret = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(secret);
        _sender = new(WebhookOptions.From(configure), timeProvider ?? TimeProvider.System);
        _url = _sender.UrlOf(url);
        _secrets = formerSecret is null ? [secret] : [secret, formerSecret];
    }

    /// <inheritdoc/>
    public string Name => $"webhook {_url.Host}";

    /// <summary>Posts an event.</summary>
    /// <param name="budgetEvent">The event.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="HttpRequestException">It was not delivered: the receiver has not answered in time or with another status than 2xx, or the address is not allowed.</exception>
    public async ValueTask SendAsync(BudgetEvent budgetEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(budgetEvent);
        (await _sender.SendAsync(new WebhookDelivery(budgetEvent.Id, _url, budgetEvent.ToJson(), _secrets), cancellationToken).ConfigureAwait(false)).ThrowIfFailed();
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _sender.Dispose();
}
