using StackExchange.Redis;

namespace BudgetFirewall.Reliability;

/// <summary>Every key of a server with its content, byte for byte, and its expiry time.</summary>
internal static class Snapshot
{
    public static async Task<IReadOnlyList<string>> TakeAsync(RedisServer server)
    {
        var keys = (RedisKey[])(await server.CommandAsync("KEYS", "*"))!;
        var lines = await Task.WhenAll(keys.Select(async key =>
            $"{key} {Convert.ToHexString((byte[])(await server.CommandAsync("DUMP", key))!)} {(long)await server.CommandAsync("PEXPIRETIME", key)}"));
        return [.. lines.Order(StringComparer.Ordinal)];
    }
}
