using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>A client of a store that lets a test do something just before a call reaches it, once: what others may do between two calls of one caller.</summary>
public sealed class MeddlingStore(IBudgetStore inner) : StoreDecorator(inner)
{
    /// <summary>Done before the next document is written.</summary>
    public Func<ValueTask>? BeforeDocumentWrite { get; set; }

    /// <summary>Done before the next allowance is given.</summary>
    public Func<ValueTask>? BeforeGrant { get; set; }

    /// <summary>Done before runtime limits are removed the next time.</summary>
    public Func<ValueTask>? BeforeRemoval { get; set; }

    public override async ValueTask<string?> RemoveLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitKey> limits, ImmutableArray<LimitChange> changes = default)
    {
        var (before, _) = (BeforeRemoval, BeforeRemoval = null);
        if (before is not null)
            await before();
        return await base.RemoveLimitsAsync(partition, expectedVersion, limits, changes);
    }

    public override async ValueTask<string?> WriteDocumentAsync(
        string? partition, string name, string expectedVersion, ReadOnlyMemory<byte>? content, DateTimeOffset? expiresAt, ImmutableArray<LimitChange> changes = default)
    {
        var (before, _) = (BeforeDocumentWrite, BeforeDocumentWrite = null);
        if (before is not null)
            await before();
        return await base.WriteDocumentAsync(partition, name, expectedVersion, content, expiresAt, changes);
    }

    public override async ValueTask<AllowanceAnswer> GrantAsync(AllowanceCall call)
    {
        var (before, _) = (BeforeGrant, BeforeGrant = null);
        if (before is not null)
            await before();
        return await base.GrantAsync(call);
    }
}
