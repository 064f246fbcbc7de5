namespace BudgetFirewall.Reliability;

/// <summary>Several workers that do the same job, each under a name and seed of its own.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private readonly IWorker[] _workers;

    private Fleet(IWorker[] workers) => _workers = workers;

    public IReadOnlyList<IWorker> Workers => _workers;

    /// <summary>Starts workers that are processes of their own.</summary>
    public static Task<Fleet> StartProcessesAsync(int count, Func<int, WorkJob> job) => StartAsync(count, job, ProcessWorker.StartAsync);

    /// <summary>Starts workers inside this process, each with a firewall and a connection of its own: as good where none is killed, and ready at once.</summary>
    public static Task<Fleet> StartInsideAsync(int count, Func<int, WorkJob> job) => StartAsync(count, job, InsideWorker.StartAsync);

    /// <summary>Starts 8 processes at full numbers, and otherwise a few workers inside this one.</summary>
    public static Task<Fleet> StartAsync(Func<int, WorkJob> job, int few = 2) => Soak.IsWanted ? StartProcessesAsync(8, job) : StartInsideAsync(few, job);

    public void Go()
    {
        foreach (var worker in _workers)
            worker.Go();
    }

    public void Stop()
    {
        foreach (var worker in _workers)
            worker.Stop();
    }

    public async Task<WorkTotals> FinishAsync() => new(await Task.WhenAll(_workers.Select(worker => worker.FinishAsync())));

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
            await worker.DisposeAsync();
    }

    private static async Task<Fleet> StartAsync(int count, Func<int, WorkJob> job, Func<WorkJob, Task<IWorker>> start) =>
        new(await Task.WhenAll(Enumerable.Range(0, count).Select(number => start(job(number)))));
}
