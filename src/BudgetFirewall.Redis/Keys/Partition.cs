using System.Collections.Concurrent;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>
/// The state of one partition as a client knows it: the beginning of its keys, its server's clock, and the data set that was seen last. Thread-safe.
/// </summary>
internal sealed class Partition
{
    public const int EpochLength = MetaLayout.EpochSize;
    public const int SecretLength = (int)ScriptNumbers.SecretSize;

    private readonly TimeProvider _timeProvider;
    private readonly EntryAppending _appending;
    private volatile PeriodTable? _periods;
    private volatile MetaText? _meta;
    private volatile string? _epoch;
    private volatile byte[] _secret = [];
    private long _offsetTicks;
    private long _handshakeAt;
    private volatile bool _isHandshakeDone;

    public Partition(string? name, string keyPrefix, TimeProvider timeProvider, EntryAppending appending)
    {
        (_timeProvider, _appending) = (timeProvider, appending);
        Name = name;
        KeyBase = $"{{{keyPrefix}:{TagOf(name)}}}:v1:";
        Meta = KeyBase + "meta";
        Catalog = KeyBase + "budgets";
        CatalogChanges = KeyBase + "budget-changes";
        SecretKey = KeyBase + "secret";
        TimeZones = KeyBase + "time-zones";
        Approvals = KeyBase + "approvals";
        ApprovalList = KeyBase + "approval-list";
        ApprovalEnds = KeyBase + "approval-ends";
        Entries = KeyBase + "entries";
        EntriesAside = KeyBase + "entries-aside";
        RecentChecks = new(KeyBase, timeProvider);
    }

    /// <summary>The partition; null without partitions.</summary>
    public string? Name { get; }

    /// <summary>The beginning of every key of the partition, with its hash tag and the layout's version.</summary>
    public string KeyBase { get; }

    /// <summary>The key that holds the epoch and the catalog's version.</summary>
    public RedisKey Meta { get; }

    /// <summary>The key of the runtime limits.</summary>
    public RedisKey Catalog { get; }

    /// <summary>The key of the list of the runtime limits' last changes.</summary>
    public RedisKey CatalogChanges { get; }

    /// <summary>The key of the secret of reservation ids.</summary>
    public RedisKey SecretKey { get; }

    /// <summary>The key of the digests of time zones.</summary>
    public RedisKey TimeZones { get; }

    /// <summary>The key of the approvals.</summary>
    public RedisKey Approvals { get; }

    /// <summary>The key of the list of approvals.</summary>
    public RedisKey ApprovalList { get; }

    /// <summary>The key of the times at which approvals end or are forgotten.</summary>
    public RedisKey ApprovalEnds { get; }

    /// <summary>The key of the stream of a ledger's entries.</summary>
    public RedisKey Entries { get; }

    /// <summary>The key of the list of entries that cannot be read.</summary>
    public RedisKey EntriesAside { get; }

    /// <summary>The sets of the ids of this process's checks.</summary>
    public RecentChecks RecentChecks { get; }

    /// <summary>The year, by the server's clock, for which this process has last made sure that it knows a time zone as all others do, by the zone's name.</summary>
    public ConcurrentDictionary<string, int> CheckedTimeZones { get; } = new(StringComparer.Ordinal);

    /// <summary>The secret of reservation ids; empty before the first handshake.</summary>
    public ReadOnlyMemory<byte> Secret => _secret;

    /// <summary>The data set this process has seen last; null before the first handshake.</summary>
    public string? Epoch => _epoch;

    /// <summary>True when data was lost since the first handshake and nobody has acknowledged it.</summary>
    public bool IsLost { get; set; }

    /// <summary>True when the process has not yet made a handshake with the partition, or not for a day.</summary>
    public bool NeedsHandshake => !_isHandshakeDone || _timeProvider.GetElapsedTime(Volatile.Read(ref _handshakeAt)) > TimeSpan.FromDays(1);

    /// <summary>The present periods by the server's clock, as far as this process knows it.</summary>
    public CallPeriods Periods()
    {
        var now = Now();
        var periods = _periods;
        if (periods is null || !periods.Periods.Covers(now.UtcTicks))
            _periods = periods = new(now);
        return new(periods, now, _appending.KeptLongerMs);
    }

    /// <summary>The server's time, as far as this process knows it.</summary>
    public DateTimeOffset Now() => new(_timeProvider.GetUtcNow().UtcTicks + Volatile.Read(ref _offsetTicks), TimeSpan.Zero);

    /// <summary>Takes over the server's clock.</summary>
    public void LearnTime(DateTimeOffset serverNow) => Volatile.Write(ref _offsetTicks, serverNow.UtcTicks - _timeProvider.GetUtcNow().UtcTicks);

    /// <summary>Takes over the data set that was found or made.</summary>
    public void Learn(string epoch, byte[] secret)
    {
        _secret = secret;
        _epoch = epoch;
    }

    /// <summary>Takes note that a handshake has just prolonged the data set's life.</summary>
    public void HandshakeDone()
    {
        CheckedTimeZones.Clear();
        Volatile.Write(ref _handshakeAt, _timeProvider.GetTimestamp());
        _isHandshakeDone = true;
    }

    /// <summary>
    /// The value of the meta key where neither the data set nor the catalog has changed: this process's epoch and the call's version of the catalog.
    /// </summary>
    public RedisValue ExpectedMeta(string catalogVersion)
    {
        var epoch = _epoch!;
        var meta = _meta;
        if (meta is null || !ReferenceEquals(meta.Epoch, epoch) || meta.Version != catalogVersion)
            _meta = meta = new(epoch, catalogVersion, epoch + catalogVersion);
        return meta.Value;
    }

    /// <summary>The key of the partitions that may have entries; no partition's tag begins so.</summary>
    public static RedisKey RegistryOf(string keyPrefix) => $"{{{keyPrefix}:%ledger}}:v1:partitions";

    /// <summary>The key of the id by which a ledger tells this store from others, in the slot of the partitions that may have entries.</summary>
    public static RedisKey StoreIdOf(string keyPrefix) => $"{{{keyPrefix}:%ledger}}:v1:store";

    // A partition that somebody named "default" is not the one of firewalls without partitions; no escaped name begins so.
    private static string TagOf(string? name) => name switch
    {
        null => "default",
        "default" => "%default",
        _ => KeyText.Of(name),
    };

    private sealed record MetaText(string Epoch, string Version, RedisValue Value);
}
