namespace BudgetFirewall.Tests.Registration;

/// <summary>A clock that shows what it is set to.</summary>
internal sealed class FixedClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
