using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace BudgetFirewall.Sample;

/// <summary>What may be asked for on the command line.</summary>
internal sealed class SampleOptions
{
    private readonly Option<FileInfo?> _log = File("--log", "The usage log to replay, a CSV file. Default: the one that comes with the sample.");
    private readonly Option<FileInfo?> _settings = File("--settings", "Budgets, rate limits and prices, a JSON file. Default: the sample's appsettings.json.");
    private readonly Option<double?> _speed = new("--speed")
    {
        Description = "How many times faster than the log's time to go, as 3600 for an hour a second. Default: as fast as possible.",
        HelpName = "X",
        CustomParser = ParseSpeed,
    };
    private readonly Option<string?> _redis = new("--redis")
    {
        Description = "Count in Redis 7.0 or later, together with all who use it: in today's periods by its clock, and without rate limits. Default: in memory, by the log's clock.",
        HelpName = "HOST:PORT|URL",
    };
    private readonly Option<int?> _users = new("--users") { Description = "Share the calls out among so many made-up users. Default: the log's users.", HelpName = "N" };
    private readonly Option<int?> _seed = new("--seed")
    {
        Description = "Draw as many calls from the log at random; the same seed draws the same. Default: the log as it is.",
        HelpName = "N",
    };

    private readonly Option<FileInfo?> _ledger = File("--ledger", "Record every charge in this SQLite file, made if it is not there, and report from it at the end. A run that was stopped goes on where it stopped. Default: nothing is recorded.");

    public SampleOptions()
    {
        _redis.Validators.Add(CheckAddress);
        _users.Validators.Add(CheckUsers);
        _ledger.Validators.Add(CheckLedger);
    }

    public IEnumerable<Option> All => [_log, _settings, _speed, _redis, _users, _seed, _ledger];

    public SampleSession Session(ParseResult parsed) => new(parsed.GetValue(_log) ?? Beside("usage.csv"), parsed.GetValue(_settings) ?? Beside("appsettings.json"))
    {
        Pace = new(parsed.GetValue(_speed)),
        Draw = new(parsed.GetValue(_users), parsed.GetValue(_seed)),
        RedisAddress = parsed.GetValue(_redis),
        LedgerFile = parsed.GetValue(_ledger),
    };

    private static void CheckAddress(OptionResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        // A URL is read, and explained, by the store.
        if (text.Contains("://", StringComparison.Ordinal))
            return;
        var colon = text.LastIndexOf(':');
        if (colon < 1 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0)
            result.AddError($"--redis must be HOST:PORT, as localhost:6379, or redis://user:password@host:port, not '{text}'.");
    }

    private static void CheckUsers(OptionResult result)
    {
        if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var users) && users < 1)
            result.AddError("--users must be at least 1.");
    }

    // A run is continued by the log's time, which Redis does not count by.
    private void CheckLedger(OptionResult result)
    {
        if (result.Tokens.Count > 0 && result.GetResult(_redis) is { Tokens.Count: > 0 })
            result.AddError("--ledger records what is counted in memory; leave --redis out.");
    }

    private static double? ParseSpeed(ArgumentResult result)
    {
        if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var speed) && speed > 0 && double.IsFinite(speed))
            return speed;
        result.AddError($"--speed must be a number above 0, not '{result.Tokens[0].Value}'.");
        return null;
    }

    private static Option<FileInfo?> File(string name, string description) => new(name) { Description = description, HelpName = "FILE" };

    private static FileInfo Beside(string name) => new(Path.Combine(AppContext.BaseDirectory, name));
}
