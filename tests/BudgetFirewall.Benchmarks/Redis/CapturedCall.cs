using StackExchange.Redis;

namespace BudgetFirewall.Benchmarks.Redis;

/// <summary>The keys and arguments of a script as the store has sent them.</summary>
internal sealed record CapturedCall(RedisKey[] Keys, RedisValue[] Arguments);
