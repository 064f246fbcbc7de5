namespace BudgetFirewall.Testing;

/// <summary>A store that hangs until it is let go on: before it has done the call, or with the call done and the answer kept back. Thread-safe.</summary>
public sealed class StoreStall : IStoreFault
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly List<Task> _calls = [];
    private readonly bool _isDoneFirst;
    private int _waiting;

    /// <summary>Makes a stall, which has not ended.</summary>
    /// <param name="isDoneFirst">True: a call is done, and its answer hangs. False: the call hangs before it is done.</param>
    public StoreStall(bool isDoneFirst) => _isDoneFirst = isDoneFirst;

    /// <summary>The number of calls that hang or have hung.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Lets the calls go on, those that come from now on too.</summary>
    public void End() => _end.TrySetResult();

    /// <summary>Lets the calls go on, and waits until the store has done those that hung.</summary>
    public async Task EndAsync()
    {
        End();
        Task[] calls;
        lock (_lock)
            calls = [.. _calls];
        await Task.WhenAll(calls).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public ValueTask<T> ApplyAsync<T>(Func<ValueTask<T>> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var stalled = HangAsync(call);
        lock (_lock)
            _calls.Add(stalled);
        return new(stalled);
    }

    private async Task<T> HangAsync<T>(Func<ValueTask<T>> call)
    {
        if (_isDoneFirst)
        {
            var answer = await call().ConfigureAwait(false);
            Interlocked.Increment(ref _waiting);
            await _end.Task.ConfigureAwait(false);
            return answer;
        }
        Interlocked.Increment(ref _waiting);
        await _end.Task.ConfigureAwait(false);
        return await call().ConfigureAwait(false);
    }
}
