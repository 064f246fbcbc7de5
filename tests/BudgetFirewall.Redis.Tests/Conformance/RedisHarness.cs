using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Redis.Tests;

/// <summary>The Redis store on a server of its own, whose clock stands still until a test moves it.</summary>
public class RedisHarness : StoreHarness
{
    private static readonly DateTimeOffset Start = new(2026, 3, 4, 9, 30, 15, 250, TimeSpan.Zero);

    private ShimmedServers? _servers;
    private ServerTimeProvider? _callerClock;
    private string _prefix = NewPrefix();

    public override DateTimeOffset Now => Servers.Clock.Now;

    public override bool CanMoveBackwards => true;

    public override TimeProvider CallerClock => _callerClock!;

    protected virtual bool IsCluster => false;

    private ShimmedServers Servers => _servers ?? throw new InvalidOperationException("The harness has not been initialised.");

    public override int Scaled(int times) => Soak.Times(Math.Max(times / 100, Math.Min(times, 100)), soak: times);

    public override async Task InitializeAsync()
    {
        _servers = await ShimmedServers.BorrowAsync(IsCluster);
        _servers.Clock.MoveTo(Start);
        _callerClock = new ServerTimeProvider(_servers.Clock);
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _callerClock?.Stop();
        if (_servers is not null)
            await _servers.GiveBackAsync();
    }

    public override ValueTask MoveToAsync(DateTimeOffset moment)
    {
        Servers.Clock.MoveTo(moment);
        return default;
    }

    public override ValueTask LetCallersWaitAsync(TimeSpan time)
    {
        _callerClock!.LetPass(time);
        return default;
    }

    public override async ValueTask PassAsync(TimeSpan time)
    {
        await AdvanceAsync(time);
        await LetCallersWaitAsync(time);
    }

    protected override ValueTask EmptyAsync()
    {
        _prefix = NewPrefix();
        return default;
    }

    public override async ValueTask<long> MeasureBytesAsync() => await Servers.MeasureBytesAsync();

    public override async ValueTask<IReadOnlyList<string>> CaptureAsync() => await Servers.CaptureAsync();

    public override IBudgetStore CreateStore(BudgetStoreContext context) =>
        new RedisBudgetStore(context, Servers.Connection, new() { KeyPrefix = $"{_prefix}-{context.KeyPrefix}" });

    private static string NewPrefix() => "c" + Guid.NewGuid().ToString("N")[..12];
}
