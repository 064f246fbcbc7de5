using BudgetFirewall.Storage;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>Words that the tests of recorded pools share. Time stands still, in memory and in Redis, until it is moved.</summary>
public abstract class PooledSuite<THarness> : LedgerSuite<THarness>, IAsyncLifetime where THarness : ILedgerHarness, new()
{
    private readonly string _prefix = "p" + Guid.NewGuid().ToString("N")[..12];
    private readonly MovableRedis _redis = MovableRedis.New();

    protected static readonly DateTimeOffset Midnight = Noon.AddHours(12);

    protected static readonly QuotaPool Teams = new()
    {
        Id = "teams",
        Limit = 30m,
        Period = BudgetPeriod.Day,
        Strategy = QuotaStrategy.Reserved,
        Rollover = new() { Cap = 2m },
        Members = [.. new[] { "a", "b", "c" }.Select(team => new QuotaMember { Scope = BudgetScope.Project(team), Minimum = 5m })],
    };

    protected static BudgetRequest Of(string team, decimal cost) => new() { Provider = "openai", ProjectId = team, Cost = cost };

    private protected async Task<PooledProcess> StartAsync(bool isRedis, Action<BudgetFirewallOptions>? configure = null, Func<ILedger, ILedger>? around = null)
    {
        var redis = isRedis ? await _redis.ConnectAsync(Clock.GetUtcNow()) : null;
        return PooledProcess.Start(redis, _prefix, isRedis ? _redis.Time : Clock, () => around?.Invoke(Harness.Open(Clock)) ?? Harness.Open(Clock), configure ?? (_ => { }));
    }

    protected void MoveTo(DateTimeOffset moment)
    {
        _redis.MoveTo(moment);
        Clock.Advance(moment - Clock.GetUtcNow());
    }

    private protected async Task<List<LedgerEntry>> ToldAsync(PooledProcess process, LedgerEntryKind kind)
    {
        await process.Feed.FlushAsync();
        return [.. Enumerable.Reverse(await ReadAllAsync(new() { Kinds = [kind] }))];
    }

    /// <summary>Makes a call whose process dies before it is done.</summary>
    protected static async Task DieAsync(Func<Task> call) => await FluentActions.Awaiting(call).Should().ThrowAsync<BudgetStoreException>();

    async Task IAsyncLifetime.DisposeAsync()
    {
        await _redis.DisposeAsync();
        await DisposeAsync();
    }
}
