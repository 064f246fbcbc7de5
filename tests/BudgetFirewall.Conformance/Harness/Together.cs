namespace BudgetFirewall.Conformance;

/// <summary>Calls made at the same time, from threads that all start when the last of them is ready.</summary>
public static class Together
{
    /// <summary>Makes calls 0 … <paramref name="calls"/> - 1, shared out among so many threads; gives the answers in the calls' order.</summary>
    public static async Task<T[]> DoAsync<T>(int calls, int threads, Func<int, ValueTask<T>> call)
    {
        var answers = new T[calls];
        using var gate = new Barrier(threads);
        await Task.WhenAll(Enumerable.Range(0, threads).Select(thread => StartThread(async () =>
        {
            gate.SignalAndWait();
            for (var i = thread; i < calls; i += threads)
                answers[i] = await call(i);
        })));
        return answers;
    }

    public static Task DoAsync(int calls, int threads, Func<int, ValueTask> call) => DoAsync(calls, threads, async i =>
    {
        await call(i);
        return true;
    });

    // A thread each, not the pool's: the pool starts few at once, and callers that queue for a thread do not race.
    private static Task StartThread(Func<Task> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
}
