namespace BudgetFirewall;

/// <summary>Makes the request again that an entry tells of.</summary>
internal static class ReplayedRequest
{
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
