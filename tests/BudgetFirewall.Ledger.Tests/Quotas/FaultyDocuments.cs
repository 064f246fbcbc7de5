using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>A store that does not get documents and limits, or whose answers are lost, from one of them on, as if a process had died then.</summary>
internal sealed class FaultyDocuments(IBudgetStore inner) : DelegatingBudgetStore(inner)
{
    private bool _isDead;

    /// <summary>Tells with which document, or with limits, and what is told with it, the process dies; null: with none.</summary>
    public Func<string, ImmutableArray<LimitChange>, bool>? DiesAt { get; set; }

    /// <summary>True: it dies after the document is written.</summary>
    public bool IsDone { get; set; }

    public override ValueTask<string?> WriteDocumentAsync(
        string? partition, string name, string expectedVersion, ReadOnlyMemory<byte>? content, DateTimeOffset? expiresAt, ImmutableArray<LimitChange> changes = default) =>
        CallAsync(name, changes, () => Inner.WriteDocumentAsync(partition, name, expectedVersion, content, expiresAt, changes));

    public override ValueTask<string?> SetLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitDefinition> limits, ImmutableArray<LimitChange> changes = default) =>
        CallAsync("limits", changes, () => Inner.SetLimitsAsync(partition, expectedVersion, limits, changes));

    public override ValueTask<string?> RemoveLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitKey> limits, ImmutableArray<LimitChange> changes = default) =>
        CallAsync("limits", changes, () => Inner.RemoveLimitsAsync(partition, expectedVersion, limits, changes));

    private async ValueTask<string?> CallAsync(string name, ImmutableArray<LimitChange> changes, Func<ValueTask<string?>> call)
    {
        var diesNow = !_isDead && DiesAt?.Invoke(name, changes) == true;
        if (diesNow && IsDone)
            await call();
        _isDead |= diesNow;
        return _isDead ? throw new BudgetStoreException("The process is dead.") : await call();
    }
}
