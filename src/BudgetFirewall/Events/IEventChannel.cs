namespace BudgetFirewall;

/// <summary>
/// Takes the events of a firewall somewhere: into a log, a chat, a queue. Events come one at a time, in the order in which they happened in this process, from a bounded queue in the background that each channel has to itself: one
/// that throws or is slow breaks and delays no decision and no other channel.
/// </summary>
/// <remarks>
/// Best effort: an event is told once, one that does not fit in the queue is dropped and counted, and those that wait when the process ends are lost. A subscription of a ledger is told at least once.
/// </remarks>
public interface IEventChannel
{
    /// <summary>The channel's name, for the log.</summary>
    string Name => GetType().Name;

    /// <summary>Takes an event. What it throws is logged, and the event is not told again.</summary>
    /// <param name="budgetEvent">The event.</param>
    /// <param name="cancellationToken">Ends the taking, because the firewall is closed and has waited for it.</param>
    ValueTask SendAsync(BudgetEvent budgetEvent, CancellationToken cancellationToken);
}
