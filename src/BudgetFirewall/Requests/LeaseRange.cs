namespace BudgetFirewall;

/// <summary>How long a hold may be asked for.</summary>
internal static class LeaseRange
{
    public static readonly TimeSpan Min = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Max = TimeSpan.FromHours(24);

    public static TimeSpan Check(TimeSpan lease, string member) => lease >= Min && lease <= Max
        ? lease
        : throw new ArgumentOutOfRangeException(member, lease, $"{member} must be from 1 second to 24 hours.");
}
