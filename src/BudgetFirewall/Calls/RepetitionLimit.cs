namespace BudgetFirewall;

/// <summary>
/// Limits the number of charges of a guard that are repeated in the background at once, so that a store that stays unavailable costs a bounded amount of
/// memory.
/// </summary>
internal sealed class RepetitionLimit
{
    private const int Max = 10_000;
    private int _count;

    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _count) <= Max)
            return true;
        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _count);
}
