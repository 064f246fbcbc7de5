using Microsoft.Extensions.Configuration;

namespace BudgetFirewall.Sample.Tests;

/// <summary>The sample's day, recorded and replayed.</summary>
public sealed class WhatIfTests : IDisposable
{
    private const string AllKinds = """
        {
          "BudgetFirewall": {
            "Budgets": [
              { "Id": "day", "Scope": "global", "Limit": 14 },
              { "Id": "hour", "Scope": "each:user", "Limit": 0.25, "Period": "Hour" },
              { "Id": "bot", "Scope": "user=ingest-bot", "Limit": 0.001, "Period": "Hour" },
              { "Id": "searches", "Scope": "provider=brave", "Limit": 100, "Unit": "request" },
              { "Id": "slow", "Scope": "provider=anthropic", "Limit": 2, "Enforcement": "Throttle", "Throttle": { "RatePerSecond": 0.005, "Ceiling": 6 } },
              { "Id": "asking", "Scope": "project=research", "Limit": 2, "Enforcement": "Escalate" },
              { "Id": "noted", "Scope": "each:project", "Limit": 1, "Enforcement": "Soft" },
              { "Id": "watched", "Scope": "each:user", "Limit": 0.5, "Enforcement": "Shadow" }
            ],
            "RateLimits": [
              { "Id": "bucket", "Scope": "provider=finnhub", "Capacity": 2, "RefillPerSecond": 0.01 },
              { "Id": "tokens", "Scope": "each:user", "Capacity": 60000, "RefillPerSecond": 300, "Unit": "input_tokens" },
              { "Id": "queue", "Scope": "provider=openai", "Algorithm": "LeakyBucket", "RatePerSecond": 0.5 },
              { "Id": "fixed", "Scope": "each:project", "Algorithm": "FixedWindow", "Limit": 12, "Window": "00:10:00" },
              { "Id": "sliding", "Scope": "each:user", "Algorithm": "SlidingWindow", "Limit": 4, "Window": "00:05:00" }
            ],
            "Pricing": {
              "Providers": { "finnhub": 0.002, "brave": 0.005 },
              "Models": {
                "gpt-5": { "InputPerMillion": 1.25, "CachedInputPerMillion": 0.125, "OutputPerMillion": 10 },
                "gpt-5-mini": { "InputPerMillion": 0.25, "CachedInputPerMillion": 0.025, "OutputPerMillion": 2 },
                "text-embedding-3-small": { "InputPerMillion": 0.02 },
                "claude-sonnet-4-5": { "InputPerMillion": 3, "CachedInputPerMillion": 0.3, "OutputPerMillion": 15 },
                "claude-haiku-4-5": { "InputPerMillion": 1, "CachedInputPerMillion": 0.1, "OutputPerMillion": 5 }
              }
            }
          }
        }
        """;

    private static readonly DateTimeOffset Day = new(2026, 3, 10, 0, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("whatif");

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_day_is_decided_by_its_own_settings_as_it_was(bool isOfAllKinds)
    {
        var (ledger, settings, played) = await PlayAsync(isOfAllKinds ? AllKinds : null);
        await using var _ = ledger;

        var report = await WhatIf.RunAsync(ledger, Of(settings));

        (report.Differences, report.FirstDifferences.Length, report.Omissions.Length).Should().Be((0, 0, 0));
        report.Asked.Should().Be(played.Outcomes.Count);
        report.Refused.Should().Be(played.Denied.Count()).And.BePositive();
        if (isOfAllKinds)
            report.Limits.Where(limit => limit.Refused > 0).Select(limit => limit.Id).Should().Contain(["hour", "bot", "searches", "slow", "asking", "watched", "bucket", "tokens", "queue", "fixed", "sliding"]);
    }

    [Fact]
    public async Task A_tighter_limit_refuses_calls_that_were_made_and_the_ledger_stays_as_it_is()
    {
        var (ledger, settings, played) = await PlayAsync(settings: null);
        await using var _ = ledger;
        var before = await ledger.GetTotalAsync(new());

        var report = await WhatIf.RunAsync(ledger, Of(settings) with
        {
            Configure = options =>
        {
            options.MaxWait = TimeSpan.Zero;
            options.Budgets.Add(new() { Id = "tight", Scope = BudgetScope.Each("project"), Limit = 1m });
        }
        });

        report.NewlyRefused.Should().BePositive();
        var tight = report.Limits.Single(limit => limit.Id == "tight");
        (tight.Scopes.Sum(scope => scope.Refused) + tight.OtherScopes).Should().Be(tight.Refused);
        tight.NewlyRefused.Should().BePositive();
        report.Refused.Should().BeGreaterThan(played.Denied.Count());
        (await ledger.GetTotalAsync(new())).Should().Be(before);
    }

    private static WhatIfRequest Of(string settings) => new()
    {
        From = Day,
        To = Day.AddDays(2),
        Configuration = new ConfigurationBuilder().AddJsonFile(settings).Build().GetSection("BudgetFirewall"),
        Configure = options => options.MaxWait = TimeSpan.Zero,
    };

    private async Task<(ILedger Ledger, string Settings, Replay.ReplayReport Played)> PlayAsync(string? settings)
    {
        var file = new FileInfo(Path.Combine(_folder.FullName, "day.db"));
        var path = SampleRun.SettingsFile;
        if (settings is not null)
            await File.WriteAllTextAsync(path = Path.Combine(_folder.FullName, "settings.json"), settings);
        var played = await new SampleSession(new(SampleRun.LogFile), new(path)) { LedgerFile = file }.RunAsync(new RecordingView(), CancellationToken.None);
        return (SqliteLedger.Open($"Data Source={file.FullName}"), path, played);
    }
}
