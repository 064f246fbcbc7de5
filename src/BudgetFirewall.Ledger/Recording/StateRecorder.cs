using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Makes changes of state of what a store in memory was told, and an image of a store of them. One change at a time: what happens first gets the lower version.</summary>
internal sealed class StateRecorder(TimeProvider timeProvider)
{
    // So long an earlier version could come later: one that was refused by itself waits behind all others.
    private static readonly TimeSpan RemovalsKeptFor = TimeSpan.FromDays(1);

    private long _version;

    /// <summary>Makes the next versions higher than one.</summary>
    public void ContinueAfter(long version) => _version = Math.Max(_version, version);

    public ImmutableArray<StateChange> OfLimits(string? partition, ImmutableArray<LimitDefinition> limits) =>
        [.. limits.Select(limit => Change(StateKind.Limit, partition, NameOf(limit.Key), Encoding.UTF8.GetString(LimitJson.Write(limit)), expiresAt: null))];

    public ImmutableArray<StateChange> OfRemoved(string? partition, ImmutableArray<LimitKey> limits) =>
        [.. limits.Select(limit => Change(StateKind.Limit, partition, NameOf(limit), content: null, expiresAt: null))];

    public ImmutableArray<StateChange> OfDocument(string? partition, string name, ReadOnlyMemory<byte>? content, DateTimeOffset? expiresAt) =>
        [Change(StateKind.Document, partition, name, content is { } given ? Convert.ToBase64String(given.Span) : null, expiresAt)];

    public StateChange OfApproval(string? partition, ApprovalRecord approval, DateTimeOffset? silentUntil = null) => Change(
        StateKind.Approval, partition, approval.Id, JsonSerializer.Serialize(StoredApproval.Of(approval, silentUntil), StateJsonContext.Default.StoredApproval), approval.KeptUntil);

    /// <summary>The image of the store that was told so.</summary>
    /// <exception cref="LedgerException">A part cannot be understood.</exception>
    public static StoreImage ImageOf(KeptState state)
    {
        var approvals = Of(state, StateKind.Approval, ApprovalOf).OrderBy(approval => approval.Approval.RequestedAt).ThenBy(approval => approval.Approval.Id, StringComparer.Ordinal);
        return new()
        {
            Counters = state.Counters,
            Operations = state.Operations,
            Limits = [.. Of(state, StateKind.Limit, LimitOf)],
            Documents = [.. Of(state, StateKind.Document, change => new RestoredDocument(change.Partition, change.Name, Convert.FromBase64String(change.Content!), change.ExpiresAt))],
            Approvals = [.. approvals],
        };
    }

    private StateChange Change(StateKind kind, string? partition, string name, string? content, DateTimeOffset? expiresAt)
    {
        var now = timeProvider.GetUtcNow();
        _version = Math.Max(_version + 1, LedgerTime.Microseconds(now));
        return new(kind, partition, name, content, _version, content is null ? now + RemovalsKeptFor : expiresAt);
    }

    private static string NameOf(LimitKey key) => string.Create(CultureInfo.InvariantCulture, $"{(int)key.Kind}:{key.Id}");

    private static RestoredLimit LimitOf(StateChange change)
    {
        var kind = (LimitKind)int.Parse(change.Name.AsSpan(0, change.Name.IndexOf(':', StringComparison.Ordinal)), NumberStyles.None, CultureInfo.InvariantCulture);
        var limit = LimitJson.Read(kind, Encoding.UTF8.GetBytes(change.Content!), out var hasUnknownMembers);
        return hasUnknownMembers ? throw new FormatException("It has members that this version does not know.") : new(change.Partition, limit);
    }

    private static RestoredApproval ApprovalOf(StateChange change)
    {
        var stored = JsonSerializer.Deserialize(change.Content!, StateJsonContext.Default.StoredApproval) ?? throw new JsonException("There is nothing in it.");
        return new(change.Partition, stored.ToApproval(change.Name), stored.SilentUntil);
    }

    private static IEnumerable<T> Of<T>(KeptState state, StateKind kind, Func<StateChange, T> read)
    {
        foreach (var change in state.Changes.Where(change => change.Kind == kind))
        {
            T part;
            try
            {
                part = read(change);
            }
#pragma warning disable CA1031 // Whatever is wrong with it, it is not what this version has written.
            catch (Exception e)
#pragma warning restore CA1031
            {
                throw new LedgerException(DisplayText.Escape($"The ledger keeps the {kind} '{change.Name}' in a way that cannot be understood; a later version may have written it. {e.Message}"), e);
            }
            yield return part;
        }
    }
}
