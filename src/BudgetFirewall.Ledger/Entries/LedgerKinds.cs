using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The meaning of each kind of entry.</summary>
internal static class LedgerKinds
{
    public static IReadOnlyList<LedgerEntryKind> All { get; } = Enum.GetValues<LedgerEntryKind>();

    /// <summary>All kinds but those of parts of shared costs, which are no spending of their own.</summary>
    public static IReadOnlyList<LedgerEntryKind> Direct { get; } = [.. All.Where(kind => kind != LedgerEntryKind.Allocation)];

    /// <summary>True for kinds whose amount is money that was spent, which reports add up.</summary>
    public static bool IsCost(LedgerEntryKind kind) => IsCall(kind) || kind == LedgerEntryKind.Correction;

    /// <summary>True for kinds that stand for one paid call each.</summary>
    public static bool IsCall(LedgerEntryKind kind) => kind switch
    {
        LedgerEntryKind.Charge or LedgerEntryKind.Spend or LedgerEntryKind.Commit => true,
        LedgerEntryKind.Correction or LedgerEntryKind.Reset or LedgerEntryKind.Allowance or LedgerEntryKind.Denial or LedgerEntryKind.Check or LedgerEntryKind.Reservation => false,
        LedgerEntryKind.BudgetChange or LedgerEntryKind.RateLimitChange or LedgerEntryKind.PoolChange or LedgerEntryKind.ApprovalChange => false,
        LedgerEntryKind.PoolPeriod or LedgerEntryKind.PoolReallocation or LedgerEntryKind.Allocation => false,
        _ => throw new InvalidOperationException($"There is no kind of entry {kind}."),
    };

    /// <summary>True for kinds that say what was changed, before and after, what members of a pool have had, or how a shared cost was divided.</summary>
    public static bool IsChange(LedgerEntryKind kind) =>
        kind is LedgerEntryKind.BudgetChange or LedgerEntryKind.RateLimitChange or LedgerEntryKind.PoolChange or LedgerEntryKind.ApprovalChange or LedgerEntryKind.PoolPeriod or LedgerEntryKind.PoolReallocation
            or LedgerEntryKind.Allocation;

    /// <summary>The kind of the entries of changes.</summary>
    public static LedgerEntryKind Of(LimitChangeKind kind) => kind switch
    {
        LimitChangeKind.Budget => LedgerEntryKind.BudgetChange,
        LimitChangeKind.RateLimit => LedgerEntryKind.RateLimitChange,
        LimitChangeKind.Pool => LedgerEntryKind.PoolChange,
        LimitChangeKind.Approval => LedgerEntryKind.ApprovalChange,
        LimitChangeKind.PoolPeriod => LedgerEntryKind.PoolPeriod,
        LimitChangeKind.PoolReallocation => LedgerEntryKind.PoolReallocation,
        _ => throw new InvalidOperationException($"There is no kind of change {kind}."),
    };

    /// <summary>True for kinds whose counters say how an amount spent has changed; those of an allowance say how a limit has.</summary>
    public static bool MovesSpent(LedgerEntryKind kind) => IsCost(kind) || kind == LedgerEntryKind.Reset;
}
