namespace BudgetFirewall;

/// <summary>The options of subscriptions to events. Read once, when they are made.</summary>
public sealed class LedgerEventOptions
{
    /// <summary>The options of deliveries over HTTP: the networks that are allowed, the time that a receiver has.</summary>
    public WebhookOptions Webhooks { get; } = new();

    /// <summary>
    /// Subscriptions that are there from the start, by their ids: each is made or changed when this process begins to deliver. One that is no longer here stays as it is, until it is deleted. A webhook among them needs a secret.
    /// </summary>
    public IList<CreatedSubscription> Subscriptions { get; } = [];

    /// <summary>Encrypts secrets in the database. Default: null, and then they are written there as they are; with ASP.NET Core there is its data protection.</summary>
    public IWebhookSecretProtector? SecretProtector { get; set; }

    /// <summary>Sends e-mail to subscriptions of that kind, within the time that <see cref="Webhooks"/> gives a receiver. Default: null, and then there are none; in a container, the one that is registered there.</summary>
    public IEmailSender? EmailSender { get; set; }

    /// <summary>False in a process that records events and leaves it to others to deliver them. Default true.</summary>
    public bool Delivers { get; set; } = true;

    /// <summary>The number of subscriptions that this process delivers to at a time, 1 to 256. Default 16. To each, one delivery follows the other.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int DeliveriesAtOnce
    {
        get;
        set => field = value is >= 1 and <= 256 ? value : throw new ArgumentOutOfRangeException(nameof(DeliveriesAtOnce), value, "DeliveriesAtOnce must be from 1 to 256.");
    } = 16;

    /// <summary>The time between two looks into the database for what other processes have recorded, 100 ms to a minute. Default 1 second. What this process records is delivered at once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public TimeSpan PollEvery
    {
        get;
        set => field = value >= TimeSpan.FromMilliseconds(100) && value <= TimeSpan.FromMinutes(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(PollEvery), value, "PollEvery must be from 100 ms to a minute.");
    } = TimeSpan.FromSeconds(1);

    /// <summary>The time for which deliveries that have ended are listed, an hour to a year. Default 30 days.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public TimeSpan KeepFor
    {
        get;
        set => field = value >= TimeSpan.FromHours(1) && value <= TimeSpan.FromDays(366)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(KeepFor), value, "KeepFor must be from an hour to a year.");
    } = TimeSpan.FromDays(30);

    internal static LedgerEventOptions From(Action<LedgerEventOptions>? configure)
    {
        var options = new LedgerEventOptions();
        configure?.Invoke(options);
        return options;
    }
}
