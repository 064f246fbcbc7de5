namespace BudgetFirewall.Reliability;

/// <summary>A process that is killed as often as somebody likes, with everything that it has reserved.</summary>
internal sealed class Victim(Func<int, WorkJob> job) : IAsyncDisposable
{
    private IWorker? _worker;
    private int _lives;

    public async Task ReplaceAsync()
    {
        await DisposeAsync();
        _worker = await ProcessWorker.StartAsync(job(_lives++));
        _worker.Go();
    }

    public async ValueTask DisposeAsync()
    {
        if (_worker is not null)
            await _worker.DisposeAsync();
        _worker = null;
    }
}
