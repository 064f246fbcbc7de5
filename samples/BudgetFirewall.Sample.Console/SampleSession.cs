using BudgetFirewall.Sample.Drawing;
using BudgetFirewall.Sample.Log;
using BudgetFirewall.Sample.Recording;
using BudgetFirewall.Sample.Replay;
using BudgetFirewall.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.Sample;

/// <summary>One replay of one log under one set of budgets.</summary>
public sealed class SampleSession(FileInfo logFile, FileInfo settingsFile)
{
    /// <summary>How fast the log's time passes.</summary>
    public Pace Pace { get; init; } = new(Speed: null);

    /// <summary>Which calls are made.</summary>
    public UsageDraw Draw { get; init; } = new();

    /// <summary>The server that counts, as HOST:PORT or a URL; null: memory.</summary>
    public string? RedisAddress { get; init; }

    /// <summary>The server without user and password, to be shown.</summary>
    public string? ShownRedisAddress => RedisAddress?.LastIndexOf('@') is >= 0 and var at ? RedisAddress[(at + 1)..] : RedisAddress;

    /// <summary>The SQLite file that every charge is recorded in; null: nothing is recorded.</summary>
    public FileInfo? LedgerFile { get; init; }

    /// <summary>The file of budgets, rate limits and prices.</summary>
    public string SettingsPath => settingsFile.FullName;

    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UsageLogFormatException">The log is no usage log.</exception>
    /// <exception cref="BudgetStoreException">Redis cannot be used.</exception>
    /// <exception cref="LedgerException">The ledger's file cannot be used.</exception>
    public async Task<ReplayReport> RunAsync(SampleView view, CancellationToken cancellationToken)
    {
        using var reader = logFile.OpenText();
        var log = Draw.From(UsageLog.Read(reader));
        var clock = new LogClock(log.Calls.Count > 0 ? log.Calls[0].Time : DateTimeOffset.UnixEpoch);
        await using var services = Services(clock);
        // Made first: with it the journal of the run before is delivered to the ledger.
        var firewall = services.GetRequiredService<IBudgetFirewall>();
        var day = LedgerFile is null ? null : await DayAsync(log, services, cancellationToken);
        // Before the firewall is asked, so that it begins in the period in which the run before has ended.
        clock.MoveTo(day?.StoppedAt ?? clock.GetUtcNow());

        // A store that cannot be used is told at once, not call by call.
        await firewall.GetStatusAsync(BudgetScope.Global, cancellationToken: cancellationToken);
        var replay = new LogReplay(firewall, clock, Pace);
        var report = await view.ShowProgressAsync(onProgress => replay.RunAsync(day?.Rest ?? log, onProgress, cancellationToken));
        view.Show(report);
        if (day is not null)
            view.Show(new RecordedReport(LedgerFile!.FullName, await day.ReportAsync(clock.GetUtcNow(), cancellationToken), day.StoppedAt, day.ChargedBefore));
        return report;
    }

    private Task<RecordedDay> DayAsync(UsageLog log, IServiceProvider services, CancellationToken cancellationToken) => RecordedDay.OpenAsync(
        services.GetRequiredService<ILedger>(), services.GetRequiredService<ILedgerFeed>(), log, $"{logFile.Name} users={Draw.Users} seed={Draw.Seed}", cancellationToken);

    private ServiceProvider Services(LogClock clock)
    {
        var settings = new ConfigurationBuilder().AddJsonFile(settingsFile.FullName).Build().GetSection("BudgetFirewall");
        var services = new ServiceCollection();
        // The log's clock stands still while a call waits, so that none does: it is refused with the time until its turn. Redis goes by its own clock: to its rate limits, calls that the log spreads over a day would come all at once.
        if (RedisAddress is { } address)
            services.AddBudgetFirewall(settings, options =>
            {
                options.RateLimits.Clear();
                options.MaxWait = TimeSpan.Zero;
            }).UseRedis(address);
        else
            Record(services.AddSingleton<TimeProvider>(clock).AddBudgetFirewall(settings, options => options.MaxWait = TimeSpan.Zero));
        return services.BuildServiceProvider();
    }

    private void Record(BudgetFirewallServiceBuilder firewall)
    {
        // The journal beside the file has what was charged just before the process was killed.
        if (LedgerFile is { } file)
            firewall.UseSqliteLedger(new SqliteConnectionStringBuilder { DataSource = file.FullName }.ConnectionString, options =>
            {
                options.JournalPath = file.FullName + ".journal";
                // With what is allowed and every denial too, the day can be replayed exactly against other limits.
                (options.RecordAllowed, options.DenialsPerMinute) = (true, 100_000);
            });
    }
}
