namespace BudgetFirewall.Reliability;

/// <summary>Does a job in this process.</summary>
internal sealed class InsideWorker(Workload workload) : IWorker
{
    private Task<WorkResult>? _running;

    public static async Task<IWorker> StartAsync(WorkJob job)
    {
        var workload = new Workload(job);
        await workload.WarmUpAsync();
        return new InsideWorker(workload);
    }

    public void Go() => _running = Task.Run(workload.RunAsync);

    public void Stop() => workload.Stop();

    public Task<WorkResult> FinishAsync() => _running!;

    public ValueTask DisposeAsync() => workload.DisposeAsync();
}
