namespace BudgetFirewall;

/// <summary>Options of the Redis store. Read once, when the store is made.</summary>
public sealed class RedisBudgetStoreOptions
{
    /// <summary>The number of the database; -1, the default, is that of the connection's configuration. Redis Cluster has only 0.</summary>
    public int Database { get; set; } = -1;

    /// <summary>The beginning of every key, 1 to 64 characters without braces. Null, the default: <see cref="BudgetFirewallOptions.KeyPrefix"/>.</summary>
    public string? KeyPrefix { get; set; }

    /// <summary>
    /// The number of replicas that must have a write before it counts, 0 to 16. Default 0: a failover may lose the last writes. With 1 or more, each write costs
    /// a second round trip, which takes about half the throughput. Where too few confirm, a reservation is undone and denied; a charge stands, and
    /// <see cref="ChargeUnconfirmedException"/> is thrown.
    /// </summary>
    public int WaitForReplicas { get; set; }

    /// <summary>
    /// The time that replicas have to confirm a write, 1 millisecond to 1 minute. Default 500 milliseconds; it should be below
    /// <see cref="BudgetFirewallOptions.StoreTimeout"/>.
    /// </summary>
    public TimeSpan ReplicaTimeout { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The reaction when the server has lost its data since this process's first handshake. Default: <see cref="DataLossReaction.Report"/>.</summary>
    public DataLossReaction OnDataLoss { get; set; }

    /// <summary>True: a server that evicts keys is not reported as an error. Such a server forgets budgets when its memory is short. Default: false.</summary>
    public bool AllowEviction { get; set; }

    internal static RedisBudgetStoreOptions From(Action<RedisBudgetStoreOptions>? configure)
    {
        var options = new RedisBudgetStoreOptions();
        configure?.Invoke(options);
        return options.CheckedCopy();
    }

    /// <summary>Makes a copy, after checking that the values are in range.</summary>
    internal RedisBudgetStoreOptions CheckedCopy()
    {
        Check(Database is >= -1, nameof(Database), Database, "-1 or more");
        Check(KeyPrefix is null or { Length: >= 1 and <= 64 } && KeyPrefix?.AsSpan().ContainsAny('{', '}') != true, nameof(KeyPrefix), KeyPrefix, "1 to 64 characters without braces");
        Check(WaitForReplicas is >= 0 and <= 16, nameof(WaitForReplicas), WaitForReplicas, "0 to 16");
        Check(ReplicaTimeout >= TimeSpan.FromMilliseconds(1) && ReplicaTimeout <= TimeSpan.FromMinutes(1), nameof(ReplicaTimeout), ReplicaTimeout, "1 millisecond to 1 minute");
        Check(Enum.IsDefined(OnDataLoss), nameof(OnDataLoss), OnDataLoss, "Report or Deny");
        return (RedisBudgetStoreOptions)MemberwiseClone();
    }

    private static void Check(bool isValid, string member, object? value, string range)
    {
        if (!isValid)
            throw new ArgumentOutOfRangeException(member, value, $"{member} must be {range}.");
    }
}
