using System.Globalization;
using System.Text.RegularExpressions;
using BudgetFirewall.Redis.Servers;

namespace BudgetFirewall.Benchmarks.Redis;

/// <summary>What a server has done so far: calls of scripts, the microseconds inside them, and the seconds of processor time in all.</summary>
internal readonly partial record struct ServerUse(long Scripts, double ScriptMicroseconds, double ProcessorSeconds)
{
    public static ServerUse operator -(ServerUse later, ServerUse earlier) => new(
        later.Scripts - earlier.Scripts, later.ScriptMicroseconds - earlier.ScriptMicroseconds, later.ProcessorSeconds - earlier.ProcessorSeconds);

    public static async Task<ServerUse> OfAsync(RedisServer server)
    {
        var info = (await server.Server.InfoRawAsync("everything"))!;
        var scripts = ScriptLine().Match(info);
        return new(
            scripts.Success ? long.Parse(scripts.Groups[1].Value, CultureInfo.InvariantCulture) : 0,
            scripts.Success ? Number(scripts.Groups[2].Value) : 0,
            Number(UserTime().Match(info).Groups[1].Value) + Number(SystemTime().Match(info).Groups[1].Value));
    }

    private static double Number(string digits) => double.Parse(digits, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"cmdstat_evalsha:calls=(\d+),usec=(\d+)")]
    private static partial Regex ScriptLine();

    [GeneratedRegex(@"used_cpu_user:([\d.]+)")]
    private static partial Regex UserTime();

    [GeneratedRegex(@"used_cpu_sys:([\d.]+)")]
    private static partial Regex SystemTime();
}
