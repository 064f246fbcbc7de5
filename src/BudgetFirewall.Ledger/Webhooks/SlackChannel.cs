namespace BudgetFirewall;

/// <summary>
/// A channel that posts each event as a sentence to an incoming webhook of Slack, or of another chat that takes <c>{"text": …}</c>, as Mattermost and Rocket.Chat do. Best effort, as every channel in a process: it tries once.
/// Thread-safe.
/// </summary>
public sealed class SlackChannel : IEventChannel, IDisposable
{
    private readonly WebhookSender _sender;
    private readonly Uri _url;

    /// <summary>A channel to a chat.</summary>
    /// <param name="url">The URL of the incoming webhook, which is a secret by itself.</param>
    /// <param name="configure">Changes the options; null: the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentException">The URL is none that deliveries may go to.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="url"/> is null.</exception>
    public SlackChannel(string url, Action<WebhookOptions>? configure = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(url);
        _sender = new(WebhookOptions.From(configure), timeProvider ?? TimeProvider.System);
        _url = _sender.UrlOf(url);
    }

    /// <inheritdoc/>
    public string Name => $"chat {_url.Host}";

    /// <summary>Posts an event.</summary>
    /// <param name="budgetEvent">The event.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="HttpRequestException">It was not delivered: the chat has not answered in time or with another status than 2xx, or the address is not allowed.</exception>
    public async ValueTask SendAsync(BudgetEvent budgetEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(budgetEvent);
        (await _sender.SendAsync(_url, ChatText.Of(budgetEvent), cancellationToken).ConfigureAwait(false)).ThrowIfFailed();
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _sender.Dispose();
}
