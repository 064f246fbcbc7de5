namespace BudgetFirewall;

/// <summary>
/// A journal that keeps the entries of the outbox that wait. Thread-safe. A method that throws an <see cref="IOException"/> has kept nothing.
/// </summary>
internal interface IOutboxJournal : IDisposable
{
    /// <summary>True when the entries outlive the process.</summary>
    bool IsDurable { get; }

    /// <summary>The entries that an earlier process has left, oldest first.</summary>
    IReadOnlyList<OutboxEntry> Left { get; }

    /// <summary>Keeps an entry. In a durable journal it survives the process from the moment this returns.</summary>
    void Append(OutboxEntry entry);

    /// <summary>Keeps the time since which the entry may have been recorded.</summary>
    void Attempt(OutboxEntry entry);

    /// <summary>Forgets an entry that was delivered.</summary>
    void Remove(OutboxEntry entry);

    /// <summary>Takes an entry out that was given up, and keeps it apart for people.</summary>
    void GiveUp(OutboxEntry entry, UndeliverableReason reason);
}
