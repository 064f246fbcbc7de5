using BudgetFirewall.Redis.Servers;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace BudgetFirewall.Fuzz.Targets;

/// <summary>Values read back from a Redis server: what is no value of ours is a <see cref="BudgetStoreException"/> and nothing else, whichever key it stands in.</summary>
internal sealed class RedisValueTarget : IFuzzTarget
{
    private static readonly CounterRule Rule = new(new Budget { Scope = BudgetScope.User("alice"), Limit = 1_000m });
    private static readonly TokenBucketRule Rate = new(new RateLimit { Scope = BudgetScope.Provider("p"), Capacity = 10m, RefillPerSecond = 1m, Adaptive = new() { Floor = 0.1m, GrowthPerSecond = 0.5m } });

    private readonly Dictionary<string, byte[]> _whole = new(StringComparer.Ordinal);
    private RedisServer? _server;
    private RedisBudgetStore? _store;
    private HeldReservation? _reservation;
    private string _catalogVersion = "";
    private int _runs;

    public string Name => "redis";

    public async Task StartAsync()
    {
        _server = await RedisServer.StartAsync();
        _store = new(new BudgetStoreContext { LoggerFactory = NullLoggerFactory.Instance, StoreTimeout = TimeSpan.FromSeconds(30) }, ConfigurationOptions.Parse(_server.Address));
        _reservation = (await _store.DecideAsync(Call(DecisionKind.Reserve, "held"))).Reservation;
        _ = await _store.DecideAsync(Call(DecisionKind.Charge, "charged"));
        _ = await _store.GrantAsync(Allowance("granted"));
        _ = await _store.CorrectAsync(Correction("corrected"));
        _ = await _store.SetLimitsAsync(null, "", [LimitDefinition.Of(new Budget { Scope = BudgetScope.User("bob"), Limit = 1m })]);
        _catalogVersion = (await _store.ReadCatalogAsync(null, "")).Version;
        _ = await _store.AdaptAsync(Report());
        foreach (var key in _server.Server.Keys())
        {
            if (await _server.Database.KeyTypeAsync(key) == RedisType.String)
                _whole[key.ToString()] = (byte[])(await _server.Database.StringGetAsync(key))!;
        }
    }

    public async Task RunAsync(byte[] input)
    {
        var key = _whole.Keys.Order(StringComparer.Ordinal).ElementAt(_runs++ % _whole.Count);
        await PlantAsync(key, _runs % 3 == 0 ? input : Mixed(_whole[key], input));
        await TryAsync(async () => await _store!.FindReservationAsync(null, null, "held"));
        await TryAsync(async () => await _store!.DecideAsync(Call(DecisionKind.Charge, "charged")));
        await TryAsync(async () => await _store!.DecideAsync(Call(DecisionKind.Spend, $"op-{_runs}")));
        await TryAsync(async () => await _store!.GrantAsync(Allowance("granted")));
        await TryAsync(async () => await _store!.GrantAsync(Allowance($"op-{_runs}")));
        await TryAsync(async () => await _store!.CorrectAsync(Correction("corrected")));
        await TryAsync(async () => await _store!.CorrectAsync(Correction($"op-{_runs}")));
        await TryAsync(async () => await _store!.AdaptAsync(Report()));
        await TryAsync(async () => await _store!.ExtendAsync(_reservation!, TimeSpan.FromMinutes(5)));
        await TryAsync(async () => await _store!.SettleAsync(new() { Reservation = _reservation!, IsCommit = true, CostNanos = 1, Amounts = [1], TakesMicros = [1] }));
        await TryAsync(async () => await _store!.ReadCatalogAsync(null, ""));
        await TryAsync(async () => await _store!.ReadStatusAsync(new() { CatalogVersion = _catalogVersion, Limits = [LimitDemand.Look(Rule, "alice"), LimitDemand.Look(Rate, "p")] }));
        foreach (var (name, value) in _whole)
            await PlantAsync(name, value);
    }

    private static AllowanceCall Allowance(string id) => new() { Rule = Rule, ScopeId = "alice", Amount = 1, OperationId = id, Retention = TimeSpan.FromHours(1), Fingerprint = 1 };

    private static CorrectionCall Correction(string id) => new()
    {
        CorrectionId = id,
        Counters = [new(Rule.Family.Name, BudgetScope.User("alice"), Unit: null, Rule.Family.Calendar.At(TimeProvider.System.GetUtcNow()).Start, 1)],
        Retention = TimeSpan.FromHours(1),
        NotAfter = DateTimeOffset.MaxValue,
        Fingerprint = 1,
    };

    private AdaptCall Report() => new() { CatalogVersion = _catalogVersion, Reports = [new(Rate, "p", IsOverloaded: true, TimeSpan.FromSeconds(1))] };

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    private async Task PlantAsync(string key, byte[] value)
    {
        await _server!.Database.KeyDeleteAsync(key);
        await _server.Database.StringSetAsync(key, value, TimeSpan.FromMinutes(30));
    }

    // A value of ours with a piece of the input in place of its own: far more of these are read to the end than of foreign ones.
    private static byte[] Mixed(byte[] whole, byte[] input)
    {
        var at = input.Length == 0 ? 0 : input[0] * whole.Length / 256;
        var piece = input.AsSpan(0, Math.Min(input.Length, 1 + (input.Length % 4)));
        var mixed = whole.ToArray().AsSpan();
        piece[..Math.Min(piece.Length, mixed.Length - at)].CopyTo(mixed[at..]);
        return input.Length % 5 == 0 ? mixed[..at].ToArray() : mixed.ToArray();
    }

    private static async Task TryAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (BudgetStoreException)
        {
            // As documented.
        }
    }

    private DecisionCall Call(DecisionKind kind, string id) => new()
    {
        Kind = kind,
        OperationId = id,
        Retention = TimeSpan.FromHours(1),
        Fingerprint = 1,
        CatalogVersion = _catalogVersion,
        CostNanos = 1,
        Limits = [LimitDemand.OfBudget(Rule, "alice", 1, isUnknown: false), new LimitDemand(Rate, "p", 1, 1)],
        Lease = TimeSpan.FromMinutes(5),
        RecordRetention = TimeSpan.FromHours(1),
        Request = kind == DecisionKind.Reserve ? new BudgetRequest { Provider = "p", UserId = "alice", Cost = 1m } : null,
    };
}
