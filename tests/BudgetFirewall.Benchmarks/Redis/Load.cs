using BudgetFirewall.Redis.Servers;

namespace BudgetFirewall.Benchmarks.Redis;

/// <summary>Something that callers do again and again.</summary>
/// <param name="Name">What a row of the report calls it.</param>
/// <param name="StartAsync">Makes a fresh one on an empty server: gives the call, which takes the number of the call.</param>
internal sealed record Load(string Name, Func<RedisServer, Task<StartedLoad>> StartAsync);
