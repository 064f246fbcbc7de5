using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>A store that counts the answers that let a caller wait, and knows the last of them.</summary>
internal sealed class CountsWaiters(IBudgetStore inner) : StoreDecorator(inner)
{
    private volatile Waiter? _last;
    private int _waiters;

    public int Waiters => Volatile.Read(ref _waiters);

    /// <summary>Undoes what the last caller who had to wait was answered first, as it does when it is cancelled before it notices that its turn has come.</summary>
    public ValueTask<bool> UndoLastAsync() => UndoAsync(_last!.Call, _last.Answer);

    public override async ValueTask<DecisionAnswer> DecideAsync(DecisionCall call)
    {
        var answer = await base.DecideAsync(call);
        if (answer.Wait > TimeSpan.Zero)
        {
            if (!answer.IsReplay)
                _last = new(call, answer);
            Interlocked.Increment(ref _waiters);
        }
        return answer;
    }

    private sealed record Waiter(DecisionCall Call, DecisionAnswer Answer);
}
