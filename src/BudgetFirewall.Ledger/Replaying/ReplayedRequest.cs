namespace BudgetFirewall;

/// <summary>Makes the request again that an entry tells of.</summary>
internal static class ReplayedRequest
{
    /// <summary>The cost that the entry's request has asked for; null where it is not known.</summary>
    public static long? AskedNanos(LedgerEntry entry) => entry.Kind switch
    {
        LedgerEntryKind.Spend or LedgerEntryKind.Charge => entry.AmountNanos,
        LedgerEntryKind.Commit => entry.HeldNanos ?? entry.AmountNanos,
        LedgerEntryKind.Check or LedgerEntryKind.Reservation or LedgerEntryKind.Denial => entry.HeldNanos,
        LedgerEntryKind.Correction or LedgerEntryKind.Reset or LedgerEntryKind.Allowance => null,
        LedgerEntryKind.BudgetChange or LedgerEntryKind.RateLimitChange or LedgerEntryKind.PoolChange or LedgerEntryKind.ApprovalChange => null,
        LedgerEntryKind.PoolPeriod or LedgerEntryKind.PoolReallocation or LedgerEntryKind.Allocation => null,
        _ => throw new InvalidOperationException($"There is no kind of entry {entry.Kind}."),
    };

    /// <exception cref="ArgumentException">The entry has no provider, or a value that no request may have.</exception>
    public static BudgetRequest Of(LedgerEntry entry, long? costNanos) => new()
    {
        Provider = entry.Provider ?? throw new ArgumentException($"The entry {entry.Id} has no provider.", nameof(entry)),
        Operation = entry.Operation ?? "request",
        UserId = entry.UserId,
        ProjectId = entry.ProjectId,
        Model = entry.Model,
        Dimensions = DimensionsOf(entry),
        Usage = entry.Usage,
        Cost = costNanos is { } nanos ? nanos / LedgerEntry.NanosPerUnit : null,
        // Nobody decides approvals in a replay; those that were given are entries of their own.
        ApprovalWait = TimeSpan.Zero,
    };

    private static Dictionary<string, string>? DimensionsOf(LedgerEntry entry)
    {
        Dictionary<string, string>? dimensions = null;
        foreach (var (kind, id) in entry.Scopes)
        {
            if (kind is not (LedgerScopes.Provider or LedgerScopes.User or LedgerScopes.Project or LedgerScopes.Model))
                (dimensions ??= new(StringComparer.Ordinal))[kind] = id;
        }
        return dimensions;
    }
}
