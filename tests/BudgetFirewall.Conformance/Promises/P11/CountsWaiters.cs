using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>A store that counts the answers that let a caller wait.</summary>
internal sealed class CountsWaiters(IBudgetStore inner) : StoreDecorator(inner)
{
    private int _waiters;

    public int Waiters => Volatile.Read(ref _waiters);

    public override async ValueTask<DecisionAnswer> DecideAsync(DecisionCall call)
    {
        var answer = await base.DecideAsync(call);
        if (answer.Wait > TimeSpan.Zero)
            Interlocked.Increment(ref _waiters);
        return answer;
    }
}
