namespace BudgetFirewall;

/// <summary>The kinds of receivers of a subscription. The numbers are written to databases and never change.</summary>
public enum EventSubscriptionKind
{
    /// <summary>A receiver of webhooks: it gets each event as JSON of CloudEvents, signed as Standard Webhooks has it.</summary>
    Webhook = 0,

    /// <summary>A chat: it gets each event as a sentence, unsigned, as incoming webhooks of Slack take it.</summary>
    Chat = 1,

    /// <summary>Addresses of e-mail, as the URL <c>mailto:ops@example.com,finance@example.com</c>: they get each event as a message, by the application's <see cref="IEmailSender"/>.</summary>
    Email = 2,
}
