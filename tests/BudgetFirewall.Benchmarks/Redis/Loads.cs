using System.Threading.RateLimiting;
using BudgetFirewall.Benchmarks.Memory;
using BudgetFirewall.Redis.Servers;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using RedisRateLimiting;
using StackExchange.Redis;

namespace BudgetFirewall.Benchmarks.Redis;

/// <summary>What is measured, and what it is measured against.</summary>
internal static class Loads
{
    public static Load Ping { get; } = new("PING", async server =>
    {
        var connection = await ConnectAsync(server);
        var database = connection.GetDatabase();
        return new(_ => database.PingAsync(), connection);
    });

    public static Load PlainTokenBucket { get; } = new("plain token bucket", async server =>
    {
        var connection = await ConnectAsync(server);
        var database = connection.GetDatabase();
        var sha = await ScriptAsync(connection, "plain_token_bucket");
        RedisKey[][] keys = [.. Enumerable.Range(0, 10_000).Select(i => new RedisKey[] { $"bucket:user-{i:000000}" })];
        return new(i => database.ScriptEvaluateAsync(sha, keys[i % keys.Length], [1_000_000, 1_000, Environment.TickCount64, 1]), connection);
    });

    /// <summary>A permit of the token bucket of RedisRateLimiting, over a connection of the same settings.</summary>
    public static Load PeerTokenBucket { get; } = Peer("token bucket of RedisRateLimiting", connection => new RedisTokenBucketRateLimiter<string>("openai", new()
    {
        ConnectionMultiplexerFactory = () => connection,
        TokenLimit = 1_000_000_000,
        TokensPerPeriod = 1_000_000_000,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
    }));

    /// <summary>A permit of the sliding window of RedisRateLimiting, over a connection of the same settings.</summary>
    public static Load PeerSlidingWindow(TimeSpan window) => Peer("sliding window of RedisRateLimiting", connection => new RedisSlidingWindowRateLimiter<string>("openai", new()
    {
        ConnectionMultiplexerFactory = () => connection,
        PermitLimit = 1_000_000_000,
        Window = window,
    }));

    /// <summary>A check of one rate limit.</summary>
    public static Load Check(RateLimit limit) => new("check of a " + limit.Algorithm, async server =>
    {
        var connection = await ConnectAsync(server);
        var firewall = RateLimited.Builder(limit).UseRedis(connection).Build();
        var request = new BudgetRequest { Provider = "openai", Cost = 0 };
        return new(async _ => await firewall.CheckAsync(request), firewall, connection);
    });

    /// <summary>Reservations over a connection of the settings that the store's own connections have, or of the client's own threads.</summary>
    public static Load Reserve(LoadSetting setting, SocketManager? threads = null) => new("reserve", async server =>
    {
        var connection = await ConnectAsync(server, threads);
        var firewall = setting.Firewall(connection);
        return new(i => ReserveAsync(firewall, setting.Request(i)), firewall, connection);
    });

    /// <summary>Reservations that each meet one of a hundred budgets: those of a pool's members, or as many that were set by themselves.</summary>
    public static Load ReserveOfMember(LoadSetting setting, bool isPooled) => new("reserve by a member", async server =>
    {
        var connection = await ConnectAsync(server);
        var firewall = new BudgetFirewallBuilder().Configure(options => options.StoreTimeout = TimeSpan.FromSeconds(30)).UseRedis(connection).Build();
        if (isPooled)
            await firewall.Quotas.AllocateAsync(LoadSetting.Pool);
        else
            await Task.WhenAll(LoadSetting.Pool.Members.Select(member => firewall.Budgets.SetAsync(new() { Scope = member.Scope, Limit = 10_000_000m, Period = LoadSetting.Pool.Period }).AsTask()));
        return new(i => ReserveAsync(firewall, setting.Request(i)), firewall, connection);
    });

    /// <summary>The store's part alone: the decisions of requests that are priced and matched.</summary>
    public static Load StoreReserve(LoadSetting setting) => new("reserve in the store", async server =>
    {
        const int Calls = 40_000;
        var connection = await ConnectAsync(server);
        var calls = new List<DecisionCall>(Calls);
        var context = new BudgetStoreContext { LoggerFactory = NullLoggerFactory.Instance, StoreTimeout = TimeSpan.FromSeconds(30) };
        var store = new RedisBudgetStore(context, connection);
        var capturing = CapturingProxy.Over<IBudgetStore>(store, args => calls.AddRange(args.OfType<DecisionCall>()));
        var firewall = setting.Builder().UseStore(_ => capturing).Build();
        for (var i = 0; i < Calls; i++)
            await ReserveAsync(firewall, setting.Request(i));
        await server.Server.FlushAllDatabasesAsync();
        var next = -1;
        return new(_ => store.DecideAsync(calls[Interlocked.Increment(ref next)]).AsTask(), firewall, connection);
    });

    public static Load ReserveAndCommit(LoadSetting setting) => new("reserve + commit", async server =>
    {
        var connection = await ConnectAsync(server);
        var firewall = setting.Firewall(connection);
        return new(i => ReserveAndCommitAsync(firewall, setting.Request(i)), firewall, connection);
    });

    /// <summary>The bare call of a script that does nothing, with the keys and arguments of reservations.</summary>
    public static Load NoOp(LoadSetting setting) => new("no-op", async server =>
    {
        var connection = await ConnectAsync(server);
        var database = connection.GetDatabase();
        var calls = await CaptureAsync(setting, connection, isPair: false);
        var sha = await ScriptAsync(connection, "no_op");
        return new(i => SendAsync(database, sha, calls[i % calls.Count]), connection);
    });

    /// <summary>The same twice, with those of reservations and of commits.</summary>
    public static Load TwoNoOps(LoadSetting setting) => new("two no-ops", async server =>
    {
        var connection = await ConnectAsync(server);
        var database = connection.GetDatabase();
        var calls = await CaptureAsync(setting, connection, isPair: true);
        var sha = await ScriptAsync(connection, "no_op");
        return new(i => TwiceAsync(database, sha, calls, 2 * i % calls.Count), connection);
    });

    private static Load Peer(string name, Func<IConnectionMultiplexer, RateLimiter> limiterOf) => new(name, async server =>
    {
        var connection = await ConnectAsync(server);
        var limiter = limiterOf(connection);
        return new(
            async _ =>
            {
                using var lease = await limiter.AcquireAsync();
                if (!lease.IsAcquired)
                    throw new InvalidOperationException("A permit was refused.");
            },
            limiter, connection);
    });

    private static async Task<List<CapturedCall>> CaptureAsync(LoadSetting setting, IConnectionMultiplexer connection, bool isPair)
    {
        var calls = new List<CapturedCall>();
        await using var firewall = setting.Firewall(CapturingProxy.Over(connection, args =>
        {
            if (args is [_, RedisKey[] keys, RedisValue[] arguments, ..])
                calls.Add(new(keys, arguments));
        }));
        await ReserveAsync(firewall, setting.Request(0));
        calls.Clear();
        for (var i = 0; i < Math.Min(setting.Users, 1_000); i++)
            await (isPair ? ReserveAndCommitAsync(firewall, setting.Request(i)) : ReserveAsync(firewall, setting.Request(i)));
        return calls;
    }

    public static Task<ConnectionMultiplexer> ConnectAsync(string address, SocketManager? threads = null)
    {
        var configuration = ConfigurationOptions.Parse(address + ",syncTimeout=30000");
        configuration.SocketManager = threads ?? SocketManager.ThreadPool;
        return ConnectionMultiplexer.ConnectAsync(configuration);
    }

    private static Task<ConnectionMultiplexer> ConnectAsync(RedisServer server, SocketManager? threads = null) => ConnectAsync(server.Address, threads);

    private static async Task<byte[]> ScriptAsync(ConnectionMultiplexer connection, string name)
    {
        using var reader = new StreamReader(typeof(Loads).Assembly.GetManifestResourceStream(name + ".lua")!);
        return await connection.GetServer(connection.GetEndPoints()[0]).ScriptLoadAsync(await reader.ReadToEndAsync());
    }

    private static Task<RedisResult> SendAsync(IDatabase database, byte[] sha, CapturedCall call) => database.ScriptEvaluateAsync(sha, call.Keys, call.Arguments);

    private static async Task TwiceAsync(IDatabase database, byte[] sha, List<CapturedCall> calls, int first)
    {
        await SendAsync(database, sha, calls[first]);
        await SendAsync(database, sha, calls[first + 1]);
    }

    public static async Task ReserveAsync(IBudgetFirewall firewall, BudgetRequest request)
    {
        if (!(await firewall.TryReserveAsync(request)).IsGranted)
            throw new InvalidOperationException("A reservation was refused.");
    }

    private static async Task ReserveAndCommitAsync(IBudgetFirewall firewall, BudgetRequest request)
    {
        var reservation = await firewall.TryReserveAsync(request);
        if (!reservation.IsGranted)
            throw new InvalidOperationException("A reservation was refused.");
        _ = await reservation.CommitAsync(request.Cost!.Value);
    }
}
