using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Sends one event to the receiver of a subscription, in the way of its kind. Thread-safe.</summary>
/// <param name="webhooks">Posts to webhooks and chats.</param>
/// <param name="email">Sends e-mail; null: nobody does.</param>
/// <param name="timeout">The time that e-mail may take to be sent.</param>
internal sealed class EventSender(WebhookSender webhooks, IEmailSender? email, TimeSpan timeout) : IDisposable
{
    private const string MailTo = "mailto:";

    /// <summary>True for receivers whose deliveries are signed, so that they have a secret.</summary>
    public static bool IsSigned(EventSubscriptionKind kind) => kind == EventSubscriptionKind.Webhook;

    /// <summary>A description of what keeps deliveries from a receiver; null when nothing does.</summary>
    public string? FaultOf(EventSubscription subscription) => subscription.Kind == EventSubscriptionKind.Email ? FaultOfEmail(subscription.Url) : webhooks.FaultOf(subscription.Url);

    /// <summary>Sends an event once. Never throws for anything that the receiver or the network does.</summary>
    /// <exception cref="OperationCanceledException">The call was cancelled; the receiver may have it.</exception>
    public Task<WebhookAttempt> SendAsync(EventSubscription subscription, DueDelivery delivery, WebhookSecret[] keys, CancellationToken cancellationToken) => subscription.Kind switch
    {
        EventSubscriptionKind.Webhook => webhooks.SendAsync(new WebhookDelivery(delivery.EventId, new(subscription.Url), delivery.Body, keys), cancellationToken),
        EventSubscriptionKind.Chat => webhooks.SendAsync(new Uri(subscription.Url), ChatText.Of(BudgetEvent.FromJson(delivery.Body)), cancellationToken),
        EventSubscriptionKind.Email => SendEmailAsync(subscription.Url, delivery, cancellationToken),
        _ => throw new InvalidOperationException($"There is no kind of receiver {subscription.Kind}."),
    };

    public void Dispose() => webhooks.Dispose();

    private string? FaultOfEmail(string url)
    {
        if (email is null)
            return "Nothing sends e-mail here: EmailSender of the options is not set.";
        if (!url.StartsWith(MailTo, StringComparison.Ordinal))
            return "A receiver of e-mail is a URL of mailto, as mailto:ops@example.com.";
        try
        {
            _ = EmailMessage.ParseAddresses(url[MailTo.Length..]);
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
    }

    private async Task<WebhookAttempt> SendEmailAsync(string url, DueDelivery delivery, CancellationToken cancellationToken)
    {
        // The network takes its own time, whatever the clock says.
        using var late = new CancellationTokenSource(timeout, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            var message = EmailMessage.Of(BudgetEvent.FromJson(delivery.Body), EmailMessage.ParseAddresses(url[MailTo.Length..]));
            // A sender that does not heed the token is not waited for.
            await email!.SendAsync(message, either.Token).AsTask().WaitAsync(either.Token).ConfigureAwait(false);
            return new(null, null, null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Senders fail in their own ways; it is tried again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new(null, e is OperationCanceledException ? "The message was not sent in time." : e.Message, null);
        }
    }
}
