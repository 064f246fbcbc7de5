using System.Collections.Immutable;

namespace BudgetFirewall;

/// <summary>A channel that sends each event as a message of e-mail. Best effort, as every channel in a process: it tries once. Thread-safe.</summary>
public sealed class EmailChannel : IEventChannel
{
    private readonly IEmailSender _sender;
    private readonly ImmutableArray<string> _to;

    /// <summary>A channel to some addresses.</summary>
    /// <param name="sender">Sends the messages; it is not disposed.</param>
    /// <param name="to">The addresses, separated by commas.</param>
    /// <exception cref="ArgumentException">One is no address, or there are none or more than 20.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="sender"/> or <paramref name="to"/> is null.</exception>
    public EmailChannel(IEmailSender sender, string to)
    {
        ArgumentNullException.ThrowIfNull(sender);
        (_sender, _to) = (sender, EmailMessage.ParseAddresses(to));
    }

    /// <inheritdoc/>
    public string Name => "e-mail";

    /// <summary>Sends an event. Throws what the sender throws.</summary>
    /// <param name="budgetEvent">The event.</param>
    /// <param name="cancellationToken">Ends the sending.</param>
    public ValueTask SendAsync(BudgetEvent budgetEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(budgetEvent);
        return _sender.SendAsync(EmailMessage.Of(budgetEvent, _to), cancellationToken);
    }
}
