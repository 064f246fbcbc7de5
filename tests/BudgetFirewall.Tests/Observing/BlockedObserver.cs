namespace BudgetFirewall.Tests;

/// <summary>Does not come back from its first event until it is let go.</summary>
internal sealed class BlockedObserver : IBudgetObserver
{
    private readonly TaskCompletionSource _lock = new();
    private int _heard;

    public int Heard => Volatile.Read(ref _heard);

    public void LetGo() => _lock.TrySetResult();

    public void OnDenied(BudgetDecision decision)
    {
        _lock.Task.Wait();
        Interlocked.Increment(ref _heard);
    }
}
