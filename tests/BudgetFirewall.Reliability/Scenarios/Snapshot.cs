using StackExchange.Redis;

namespace BudgetFirewall.Reliability;

/// <summary>Every key of a server with its content, byte for byte, and its expiry time.</summary>
internal static class Snapshot
{
    public static async Task<IReadOnlyList<string>> TakeAsync(RedisServer server)
    {
        var keys = (RedisKey[])(await server.CommandAsync("KEYS", "*"))!;
        var lines = await Task.WhenAll(keys.Select(async key =>
        {
            var expiryMs = (long)await server.CommandAsync("PEXPIRETIME", key);
            // A key may expire before its content is read.
            return (byte[]?)await server.CommandAsync("DUMP", key) is { } content && expiryMs != -2 ? $"{key} {Convert.ToHexString(content)} {expiryMs}" : null;
        }));
        return [.. lines.OfType<string>().Order(StringComparer.Ordinal)];
    }

    /// <summary>Asserts that nothing has changed since, but for keys whose time is over.</summary>
    public static async Task AssertUnchangedAsync(RedisServer server, IReadOnlyList<string> before)
    {
        var after = await TakeAsync(server);
        var nowMs = (long)((RedisResult[])(await server.CommandAsync("TIME"))!)[0] * 1_000 + 1_000;
        after.Except(before).Should().BeEmpty("nothing may be written");
        before.Except(after).Where(line => ExpiryMs(line) is -1 || ExpiryMs(line) > nowMs).Should().BeEmpty("only what has expired may be gone");
    }

    private static long ExpiryMs(string line) => long.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), System.Globalization.CultureInfo.InvariantCulture);
}
