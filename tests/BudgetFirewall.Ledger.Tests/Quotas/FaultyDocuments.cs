using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>A store that does not get the writing of documents, or whose answers to it are lost, from one of them on, as if a process had died then.</summary>
internal sealed class FaultyDocuments(IBudgetStore inner) : DelegatingBudgetStore(inner)
{
    private bool _isDead;

    /// <summary>Tells with which document, and what is told with it, the process dies; null: with none.</summary>
    public Func<string, ImmutableArray<LimitChange>, bool>? DiesAt { get; set; }

    /// <summary>True: it dies after the document is written.</summary>
    public bool IsDone { get; set; }

    public override async ValueTask<string?> WriteDocumentAsync(
        string? partition, string name, string expectedVersion, ReadOnlyMemory<byte>? content, DateTimeOffset? expiresAt, ImmutableArray<LimitChange> changes = default)
    {
        var diesNow = !_isDead && DiesAt?.Invoke(name, changes) == true;
        if (diesNow && IsDone)
            await Inner.WriteDocumentAsync(partition, name, expectedVersion, content, expiresAt, changes);
        _isDead |= diesNow;
        return _isDead ? throw new BudgetStoreException("The process is dead.") : await Inner.WriteDocumentAsync(partition, name, expectedVersion, content, expiresAt, changes);
    }
}
