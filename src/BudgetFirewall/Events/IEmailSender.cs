namespace BudgetFirewall;

/// <summary>Sends e-mail, by whatever the application has for it: SMTP, or the service of a provider. Thread-safe.</summary>
public interface IEmailSender
{
    /// <summary>Sends a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Ends the sending.</param>
    /// <remarks>What it throws is taken for a message that was not sent: <see cref="EmailChannel"/> does not try again, a subscription of a ledger does. The same event may be sent twice then; <see cref="EmailMessage.Id"/> is the same.</remarks>
    ValueTask SendAsync(EmailMessage message, CancellationToken cancellationToken);
}
