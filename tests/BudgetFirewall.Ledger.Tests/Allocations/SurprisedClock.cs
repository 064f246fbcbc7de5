namespace BudgetFirewall.Ledger.Tests.Allocations;

/// <summary>A clock at which something happens once, while a ledger asks it for the time.</summary>
public sealed class SurprisedClock(DateTimeOffset now) : TimeProvider
{
    private Func<Task>? _surprise;

    public void Surprise(Func<Task> surprise) => _surprise = surprise;

    public override DateTimeOffset GetUtcNow()
    {
        if (Interlocked.Exchange(ref _surprise, null) is { } surprise)
            Task.Run(surprise).GetAwaiter().GetResult();
        return now;
    }
}
