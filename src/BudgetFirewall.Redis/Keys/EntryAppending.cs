using System.Collections.Immutable;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>The ledger's part of a store: the maker of its entries, once there is a ledger, which is before the first call.</summary>
internal sealed class EntryAppending
{
    private const long AnHourMs = 60 * 60 * 1000;

    private volatile IEntryMaker? _maker;

    /// <summary>The maker of the entries; null without a ledger.</summary>
    public IEntryMaker? Maker => _maker;

    /// <summary>The time in milliseconds by which counters are kept longer than without a ledger, so that the ledger can be compared with them.</summary>
    public long KeptLongerMs => _maker is null ? 0 : AnHourMs;

    /// <summary>What the client says of the entries of changes, and their number, as scripts take them.</summary>
    public static RedisValue[] TextsOf(IEntryMaker maker, ImmutableArray<LimitChange> changes, DateTimeOffset now) =>
        [.. changes.Select(change => (RedisValue)maker.OfChange(change, now)), changes.Length];

    /// <exception cref="InvalidOperationException">There is a maker.</exception>
    public void Begin(IEntryMaker maker)
    {
        if (Interlocked.CompareExchange(ref _maker, maker, null) is not null)
            throw new InvalidOperationException("The store's entries go to a ledger already.");
    }
}
