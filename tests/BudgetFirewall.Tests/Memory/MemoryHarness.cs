using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>The memory store, on a clock that stands still until a test moves it.</summary>
public sealed class MemoryHarness : StoreHarness
{
    public MemoryHarness() => Store = new(Clock);

    /// <summary>The clock of the store and of everyone: an ordinary Wednesday morning.</summary>
    public ManualTimeProvider Clock { get; } = new(new(2026, 3, 4, 9, 30, 15, 250, TimeSpan.Zero));

    /// <summary>The state that the firewalls share now.</summary>
    public MemoryBudgetStore Store { get; private set; }

    public override DateTimeOffset Now => Clock.GetUtcNow();

    public override TimeProvider CallerClock => Clock;

    public override bool CanMoveBackwards => true;

    public override ValueTask MoveToAsync(DateTimeOffset moment)
    {
        Clock.MoveTo(moment);
        return ValueTask.CompletedTask;
    }

    public override ValueTask LetCallersWaitAsync(TimeSpan time) => AdvanceAsync(time);

    protected override ValueTask EmptyAsync()
    {
        Store = new(Clock);
        return ValueTask.CompletedTask;
    }

    // The least of a few readings: a thread that is just ending, or a frame that is not left yet, can keep garbage alive through one of them.
    public override async ValueTask<long> MeasureBytesAsync()
    {
        var least = long.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            least = Math.Min(least, GC.GetTotalMemory(forceFullCollection: true));
            await Task.Delay(10);
        }
        return least;
    }

    public override IBudgetStore CreateStore(BudgetStoreContext context) => new StoreDecorator(Store);
}
