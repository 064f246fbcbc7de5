using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>The connection: made at the first call, shared by all, closed with the store if the store has made it.</summary>
internal sealed class RedisLink(Func<TextWriter, Task<IConnectionMultiplexer>> connect, bool isOwned, int database, TimeProvider timeProvider) : IAsyncDisposable
{
    private static readonly TimeSpan MinReconfigureInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private Task<IConnectionMultiplexer>? _connecting;
    private Task? _reconfiguring;
    private long _reconfiguredAt;
    private IDatabase? _database;
    private bool _isDisposed;
    private bool _isInTrouble;
    private long _troubledSince;
    private long _unansweredSince;
    private Task _replacing = Task.CompletedTask;
    private string? _refusedLogin;

    /// <summary>The database, once connected. Never waits for a server when the connection was given.</summary>
    /// <exception cref="LoginRefusedException">The server refused the login, and there is no connection still.</exception>
    public ValueTask<IDatabase> DatabaseAsync()
    {
        var known = Volatile.Read(ref _database);
        return known is not null && Volatile.Read(ref _refusedLogin) is null ? new(known) : new(ConnectedAsync());
    }

    public async ValueTask<IConnectionMultiplexer> MultiplexerAsync()
    {
        _ = await DatabaseAsync().ConfigureAwait(false);
        return await _connecting!.ConfigureAwait(false);
    }

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

    /// <summary>True when a client that is disposed has been replaced by another.</summary>
    public bool IsReplacing => isOwned && !Volatile.Read(ref _isDisposed);

    /// <summary>Hears that a call is sent. A connection over which nothing at all has come for a while may be dead without the client's knowing.</summary>
    public void Sending(long now, TimeSpan silence)
    {
        var since = Volatile.Read(ref _unansweredSince);
        if (since == 0)
            Volatile.Write(ref _unansweredSince, now);
        else if (timeProvider.GetElapsedTime(since, now) >= silence)
            Failed();
    }

    /// <summary>Hears that a call was answered.</summary>
    public void Answered()
    {
        Volatile.Write(ref _unansweredSince, 0);
        if (Volatile.Read(ref _isInTrouble))
            Volatile.Write(ref _isInTrouble, false);
    }

    /// <summary>
    /// Hears that a call found no connection, lost it, or was not answered. A client that does not get anywhere for a while is replaced by a new one as soon as that is connected:
    /// one whose connection ended at the wrong moment may never try again. A connection that was given is its owner's to care for.
    /// </summary>
    public void Failed()
    {
        if (!isOwned)
            return;
        lock (_lock)
        {
            if (!_isInTrouble)
            {
                _troubledSince = timeProvider.GetTimestamp();
                Volatile.Write(ref _isInTrouble, true);
            }
            else if (timeProvider.GetElapsedTime(_troubledSince) >= Patience && _replacing.IsCompleted && !_isDisposed && _connecting is { IsCompletedSuccessfully: true } old)
            {
                _troubledSince = timeProvider.GetTimestamp();
                _replacing = ReplaceAsync(old);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task<IConnectionMultiplexer>? connecting;
        lock (_lock)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
        }
        await _replacing.ConfigureAwait(false);
        connecting = _connecting;
        if (!isOwned || connecting is null)
            return;
        await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (connecting.IsCompletedSuccessfully)
            await (await connecting.ConfigureAwait(false)).CloseAsync().ConfigureAwait(false);
    }

    private static async Task ReconfigureAsync(Task<IConnectionMultiplexer> connected)
    {
        var multiplexer = await connected.ConfigureAwait(false);
        // What goes wrong here shows in the next call.
        await ((Task)multiplexer.ConfigureAsync()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ReplaceAsync(Task<IConnectionMultiplexer> old)
    {
        var connecting = Task.Run(ConnectAsync);
        await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!connecting.IsCompletedSuccessfully)
            return;
        var fresh = await connecting.ConfigureAwait(false);
        var isBetter = fresh.IsConnected && Volatile.Read(ref _isInTrouble);
        if (isBetter)
        {
            lock (_lock)
            {
                _connecting = connecting;
                Volatile.Write(ref _database, fresh.GetDatabase(database));
                Volatile.Write(ref _unansweredSince, 0);
            }
        }
        var unwanted = isBetter ? await old.ConfigureAwait(false) : fresh;
        await ((Task)unwanted.CloseAsync(allowCommandsToComplete: false)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<IConnectionMultiplexer> ConnectAsync()
    {
        var log = new ConnectLog();
        var multiplexer = await connect(log).ConfigureAwait(false);
        Volatile.Write(ref _refusedLogin, multiplexer.IsConnected ? null : log.RefusedLogin());
        return multiplexer;
    }

    private async Task<IDatabase> ConnectedAsync()
    {
        Task<IConnectionMultiplexer> connecting;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_connecting is null or { IsFaulted: true } or { IsCanceled: true })
                _connecting = Task.Run(ConnectAsync);
            connecting = _connecting;
        }
        var multiplexer = await connecting.ConfigureAwait(false);
        if (Volatile.Read(ref _refusedLogin) is { } refused)
        {
            if (!multiplexer.IsConnected)
            {
                Failed();
                throw new LoginRefusedException(refused);
            }
            Volatile.Write(ref _refusedLogin, null);
        }
        var connected = multiplexer.GetDatabase(database);
        lock (_lock)
        {
            // While this waited, the client may have been replaced.
            if (_connecting == connecting)
                Volatile.Write(ref _database, connected);
        }
        return connected;
    }
}
