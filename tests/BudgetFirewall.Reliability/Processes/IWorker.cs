namespace BudgetFirewall.Reliability;

/// <summary>Something that does a job.</summary>
internal interface IWorker : IAsyncDisposable
{
    void Go();

    void Stop();

    Task<WorkResult> FinishAsync();
}
