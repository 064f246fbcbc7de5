namespace BudgetFirewall;

/// <summary>The range of the lease that a request may ask for.</summary>
internal static class LeaseRange
{
    public static readonly TimeSpan Min = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Max = TimeSpan.FromHours(24);

    public static TimeSpan Check(TimeSpan lease, string member) => lease >= Min && lease <= Max
        ? lease
        : throw new ArgumentOutOfRangeException(member, lease, $"{member} must be from 1 second to 24 hours.");
}
