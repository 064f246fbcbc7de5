namespace BudgetFirewall;

/// <summary>An amount that is taken out of what nobody of a pool has, once for each thing that it is for.</summary>
/// <param name="Name">The name of what it is for, which is apart from all others.</param>
/// <param name="Amount">The amount in nanos or micros.</param>
/// <param name="PeriodStart">The start of the only period that it may be taken out of; null: the present one, whichever that is.</param>
internal readonly record struct PoolTaking(string Name, long Amount, DateTime? PeriodStart = null)
{
    /// <summary>What is taken for an allowance that is given by hand. Its operation's id is one within its scope.</summary>
    public static PoolTaking ForAllowance(string? operationScope, string operationId, long amount) =>
        new(FormattableString.Invariant($"allowance:{operationScope?.Length ?? -1}:{operationScope}:{operationId}"), amount);

    /// <summary>What is taken for an approval, which is one for the period in which it was asked for.</summary>
    public static PoolTaking ForApproval(string approvalId, long amount, DateTime periodStart) => new(FormattableString.Invariant($"approval:{approvalId}:{amount}"), amount, periodStart);
}
