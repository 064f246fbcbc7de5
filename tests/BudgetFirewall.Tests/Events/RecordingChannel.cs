using System.Collections.Concurrent;

namespace BudgetFirewall.Tests.Events;

/// <summary>Keeps all events that it is told.</summary>
internal sealed class RecordingChannel : IEventChannel
{
    public ConcurrentQueue<BudgetEvent> Events { get; } = new();

    public IEnumerable<BudgetEvent> Of(string type) => Events.Where(e => e.Type == type);

    public ValueTask SendAsync(BudgetEvent budgetEvent, CancellationToken cancellationToken)
    {
        Events.Enqueue(budgetEvent);
        return default;
    }
}
