namespace BudgetFirewall.Reliability;

/// <summary>The clock of a process whose time of day is wrong.</summary>
internal sealed class WrongClock(TimeSpan error) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + error;
}
