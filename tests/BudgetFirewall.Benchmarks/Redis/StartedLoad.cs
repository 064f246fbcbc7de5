namespace BudgetFirewall.Benchmarks.Redis;

/// <summary>A load that can be called, until it is disposed.</summary>
internal sealed class StartedLoad(Func<int, Task> call, params object[] owned) : IAsyncDisposable
{
    public Task CallAsync(int i) => call(i);

    public async ValueTask DisposeAsync()
    {
        foreach (var part in owned)
        {
            if (part is IAsyncDisposable asynchronous)
                await asynchronous.DisposeAsync();
            else
                ((IDisposable)part).Dispose();
        }
    }
}
