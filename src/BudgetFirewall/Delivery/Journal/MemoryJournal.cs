namespace BudgetFirewall;

/// <summary>A journal in memory, which stores nothing beside the queue itself.</summary>
internal sealed class MemoryJournal : IOutboxJournal
{
    public bool IsDurable => false;

    public IReadOnlyList<OutboxEntry> Left => [];

    public void Append(OutboxEntry entry)
    {
    }

    public void Attempt(OutboxEntry entry)
    {
    }

    public void Remove(OutboxEntry entry)
    {
    }

    public void GiveUp(OutboxEntry entry, UndeliverableReason reason)
    {
    }

    public void Dispose()
    {
    }
}
