namespace BudgetFirewall.Reliability;

/// <summary>Records what workers do to a server, from all sides, and has it checked.</summary>
internal sealed class HistoryRecorder : IAsyncDisposable
{
    private readonly TraceFolder _traces = new();
    private readonly MonitorTap _tap;

    private HistoryRecorder(MonitorTap tap) => _tap = tap;

    public static async Task<HistoryRecorder> StartAsync(RedisServer server) => new(await MonitorTap.StartAsync(server));

    /// <summary>Where a worker writes its calls.</summary>
    public string TraceOf(int worker) => _traces.Of(worker);

    /// <summary>The history until now; what is held is read last.</summary>
    public async Task<History> FinishAsync(IBudgetFirewall reader, int users)
    {
        var totals = new Dictionary<BudgetScope, (decimal, decimal)>();
        foreach (var scope in Enumerable.Range(0, users).Select(user => BudgetScope.User($"user-{user}")).Prepend(BudgetScope.Global))
        {
            var state = (await reader.GetStatusAsync(scope)).Budgets.Should().ContainSingle().Which;
            totals[scope] = (state.Spent, state.Held);
        }
        var readAt = DateTimeOffset.UtcNow;
        return new(_traces.Read(), await _tap.FinishAsync(), totals, readAt);
    }

    public async ValueTask DisposeAsync()
    {
        await _tap.DisposeAsync();
        _traces.Dispose();
    }
}
