using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>The connection: made at the first call, shared by all, closed with the store if the store has made it.</summary>
internal sealed class RedisConnection(Func<TextWriter, Task<IConnectionMultiplexer>> connect, bool isOwned, int database, TimeProvider timeProvider) : IAsyncDisposable
{
    private static readonly TimeSpan MinReconfigureInterval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private Task<IDatabase>? _connecting;
    private Task? _reconfiguring;
    private long _reconfiguredAt;
    private bool _isDisposed;
    private string? _refusedLogin;

    /// <summary>The database, once there is a client. Never waits for a server when the connection was given.</summary>
    /// <exception cref="LoginRefusedException">The server refused the login, and there is no connection still.</exception>
    /// <exception cref="ObjectDisposedException">The store was disposed before there was a client.</exception>
    public Task<IDatabase> DatabaseAsync() =>
        Volatile.Read(ref _connecting) is { IsCompletedSuccessfully: true } connected && Volatile.Read(ref _refusedLogin) is null ? connected : ConnectedAsync();

    /// <summary>Looks for the primary anew, after a failover. Callers at the same time share one search.</summary>
    public Task ReconfigureAsync()
    {
        lock (_lock)
        {
            if (_connecting is not { IsCompletedSuccessfully: true } connected)
                return Task.CompletedTask;
            if (_reconfiguring is { IsCompleted: false } running)
                return running;
            if (_reconfiguring is not null && timeProvider.GetElapsedTime(_reconfiguredAt) < MinReconfigureInterval)
                return Task.CompletedTask;
            _reconfiguredAt = timeProvider.GetTimestamp();
            return _reconfiguring = ReconfigureAsync(connected);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task<IDatabase>? connecting;
        lock (_lock)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            connecting = _connecting;
        }
        if (!isOwned || connecting is null)
            return;
        await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (connecting.IsCompletedSuccessfully)
            await (await connecting.ConfigureAwait(false)).Multiplexer.CloseAsync().ConfigureAwait(false);
    }

    private static async Task ReconfigureAsync(Task<IDatabase> connected)
    {
        var multiplexer = (await connected.ConfigureAwait(false)).Multiplexer;
        // A failure here shows in the next call.
        await ((Task)multiplexer.ConfigureAsync()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<IDatabase> ConnectedAsync()
    {
        Task<IDatabase> connecting;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_connecting is null or { IsFaulted: true } or { IsCanceled: true })
                _connecting = Task.Run(ConnectAsync);
            connecting = _connecting;
        }
        var connected = await connecting.ConfigureAwait(false);
        if (Volatile.Read(ref _refusedLogin) is { } refused)
        {
            if (!connected.Multiplexer.IsConnected)
                throw new LoginRefusedException(refused);
            Volatile.Write(ref _refusedLogin, null);
        }
        return connected;
    }

    private async Task<IDatabase> ConnectAsync()
    {
        var log = new ConnectLog();
        var multiplexer = await connect(log).ConfigureAwait(false);
        Volatile.Write(ref _refusedLogin, multiplexer.IsConnected ? null : log.RefusedLogin());
        return multiplexer.GetDatabase(database);
    }
}
