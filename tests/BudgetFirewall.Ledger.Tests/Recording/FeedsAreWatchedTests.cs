using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using BudgetFirewall.Redis.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>An operator learns from the log, the status and the metrics that entries wait, and when all is well again: each once.</summary>
public sealed class FeedsAreWatchedTests : LedgerSuite<SqliteHarness>, IDisposable
{
    private static readonly BudgetRequest Call = new() { Provider = "openai", UserId = "alice", Cost = 0.001m };

    private readonly RecordingLogger _log = new();
    private readonly AwayLedger _away = new() { IsAway = false };

    public void Dispose() => _log.Dispose();

    private ServiceProvider Process(Action<LedgerOptions>? configure = null, RecordingLogger? log = null, AwayLedger? away = null)
    {
        var services = new ServiceCollection().AddSingleton<TimeProvider>(Clock).AddMetrics();
        services.AddSingleton<ILoggerFactory>(log ?? _log);
        services.AddBudgetFirewall(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 1m }))
            .UseLedger(clock => (away ?? _away).Around(Harness.Open(clock)), configure);
        return services.BuildServiceProvider();
    }

    private static (IBudgetFirewall Firewall, ILedgerFeed Feed) Of(ServiceProvider process) => (process.GetRequiredService<IBudgetFirewall>(), process.GetRequiredService<ILedgerFeed>());

    private IEnumerable<(LogLevel Level, int Event, string Text)> Told(int id, RecordingLogger? log = null) => (log ?? _log).Entries.Where(entry => entry.Event == id);

    [Fact]
    public async Task A_database_that_is_away_is_told_once_with_its_beginning_and_its_end_and_measured()
    {
        await using var process = Process();
        using var measured = new Measured(process.GetRequiredService<IMeterFactory>());
        var (firewall, feed) = Of(process);
        await firewall.ChargeAsync(Call);
        await feed.FlushAsync();
        _away.IsAway = true;
        await firewall.ChargeAsync(Call);
        await WaitUntilAsync(() => Task.FromResult(feed.Status.Failure is not null));
        await firewall.ChargeAsync(Call);

        for (var failures = measured[LedgerDiagnostics.Failures]; failures < 4; failures = measured[LedgerDiagnostics.Failures])
            await PassUntilAsync(TimeSpan.FromSeconds(1), () => measured[LedgerDiagnostics.Failures] > failures);
        (feed.Status.Waiting, feed.Status.FailingSince, feed.Status.Failure).Should().Be((2, Noon, "The database is away."));
        measured.Read(LedgerDiagnostics.Waiting).Should().Be(2);
        Told(701).Should().BeEmpty();
        _away.IsAway = false;
        await PassUntilAsync(TimeSpan.FromSeconds(1), () => feed.Status is { Waiting: 0, Failure: null, FailingSince: null });
        await firewall.ChargeAsync(Call);
        await feed.FlushAsync();

        Told(700).Should().ContainSingle().Which.Text.Should().Contain("1 entries wait");
        Told(701).Should().ContainSingle();
        measured[LedgerDiagnostics.Written].Should().Be(4);
        measured.Read(LedgerDiagnostics.Waiting).Should().Be(0);
    }

    [Theory]
    [InlineData(LedgerBacklogPolicy.Refuse, "are refused")]
    [InlineData(LedgerBacklogPolicy.Report, "more may come")]
    public async Task A_backlog_that_is_full_is_told_each_time_it_fills(LedgerBacklogPolicy policy, string consequence)
    {
        await using var process = Process(options => (options.MaxBacklog, options.AtMaxBacklog) = (2, policy));
        var (firewall, feed) = Of(process);
        for (var time = 1; time <= 2; time++)
        {
            _away.IsAway = true;
            await firewall.ChargeAsync(Call);
            (feed.Status.IsAtMaxBacklog, feed.Status.IsRefusing, Told(702).Count()).Should().Be((false, false, time - 1));
            for (var i = 0; i < 3; i++)
                await firewall.ChargeAsync(Call);
            (feed.Status.IsAtMaxBacklog, feed.Status.IsRefusing, Told(702).Count()).Should().Be((true, policy == LedgerBacklogPolicy.Refuse, time));
            var decision = await firewall.TrySpendAsync(Call);
            decision.IsAllowed.Should().Be(policy == LedgerBacklogPolicy.Report);
            (decision.StoreFailure?.Message ?? "as many as MaxBacklog allows").Should().Contain("as many as MaxBacklog allows");
            _away.IsAway = false;
            await PassUntilAsync(TimeSpan.FromSeconds(1), () => feed.Status.Waiting == 0);
        }

        Told(702).Should().AllSatisfy(told => told.Text.Should().Contain("2 entries wait").And.Contain(consequence));
    }

    [Fact]
    public async Task Decisions_that_find_too_many_waiting_are_left_out_and_told()
    {
        await using var process = Process(options => options.DenialsPerMinute = 100_000);
        var (firewall, feed) = Of(process);
        _away.IsAway = true;
        for (var i = 0; i < 10_003; i++)
            (await firewall.TryCheckAsync(Call with { Cost = 2m })).IsAllowed.Should().BeFalse();

        feed.Status.LeftOut.Should().Be(3);
        Told(708).Should().ContainSingle().Which.Text.Should().Contain("10000 denials wait");
        Told(702).Should().BeEmpty("no charge waits");
        _away.IsAway = false;
        var flushed = feed.FlushAsync();
        await PassUntilAsync(TimeSpan.FromSeconds(1), () => flushed.IsCompleted);
        await flushed;
        (await Ledger.GetTotalAsync(new() { Kinds = [LedgerEntryKind.Denial] })).Count.Should().Be(10_000);
    }

    [Fact]
    public async Task What_an_earlier_process_has_left_is_told_without_what_it_has_delivered()
    {
        var folder = Directory.CreateTempSubdirectory("ledger-journal").FullName;
        var (path, left) = (Path.Combine(folder, "journal"), Path.Combine(folder, "left"));
        await using (var process = Process(options => options.JournalPath = path))
        {
            var (firewall, feed) = Of(process);
            await firewall.ChargeAsync(Call);
            await feed.FlushAsync();
            _away.IsAway = true;
            await firewall.ChargeAsync(Call);
            await firewall.ChargeAsync(Call);
            File.Copy(path, left);
            _away.IsAway = false;
            await PassUntilAsync(TimeSpan.FromSeconds(1), () => feed.Status.Waiting == 0);
        }
        Told(706).Should().BeEmpty("there was nothing in a new journal");

        await using (var process = Process(options => options.JournalPath = left))
            await Of(process).Feed.FlushAsync();
        Told(706).Should().ContainSingle().Which.Text.Should().Contain("with 2 entries");
        await using (var process = Process(options => options.JournalPath = left))
            await Of(process).Feed.FlushAsync();

        Told(706).Should().ContainSingle("all of it is delivered");
        (await Ledger.GetTotalAsync(new())).Count.Should().Be(3);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_journal_grows_with_what_waits_and_not_with_what_was_delivered()
    {
        var folder = Directory.CreateTempSubdirectory("ledger-journal").FullName;
        var path = Path.Combine(folder, "journal");
        await using (var process = Process(options => options.JournalPath = path))
        {
            var (firewall, feed) = Of(process);
            _away.IsAway = true;
            for (var i = 0; i < 4_200; i++)
                await firewall.ChargeAsync(Call with { Cost = 0.000001m });
            Lines().Should().BeGreaterThan(4_200);
            _away.IsAway = false;
            await PassUntilAsync(TimeSpan.FromSeconds(1), () => feed.Status.Waiting == 0);
            Lines().Should().BeLessThan(1_200);
        }
        (await Ledger.GetTotalAsync(new())).Count.Should().Be(4_200);

        // The next process begins with what waits.
        await using (var process = Process(options => options.JournalPath = path))
        {
            await Of(process).Feed.FlushAsync();
            Lines().Should().BeLessThan(10);
        }
        Directory.Delete(folder, recursive: true);

        int Lines()
        {
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            return reader.ReadToEnd().Count(character => character == '\n');
        }
    }

    [Fact]
    public async Task What_a_firewall_that_is_closed_cannot_write_is_told_as_lost_or_as_kept()
    {
        var folder = Directory.CreateTempSubdirectory("ledger-journal").FullName;
        var (lost, kept) = (new RecordingLogger(), new RecordingLogger());
        await Task.WhenAll(CloseAsync(lost, journal: null), CloseAsync(kept, Path.Combine(folder, "journal")));

        Told(703, lost).Should().ContainSingle().Which.Should().Match<(LogLevel Level, int Event, string Text)>(told => told.Level == LogLevel.Critical && told.Text.Contains("2 entries"));
        Told(707, kept).Should().ContainSingle().Which.Text.Should().Contain("2 entries");
        foreach (var log in new[] { lost, kept })
            Told(709, log).Should().ContainSingle().Which.Text.Should().Contain("1 entries of denials");
        Told(707, lost).Concat(Told(703, kept)).Should().BeEmpty();
        Directory.Delete(folder, recursive: true);

        async Task CloseAsync(RecordingLogger log, string? journal)
        {
            await using var process = Process(options => (options.JournalPath, options.RestoreState) = (journal, false), log, new AwayLedger());
            await Of(process).Firewall.ChargeAsync(Call);
            await Of(process).Firewall.ChargeAsync(Call);
            await Of(process).Firewall.TryCheckAsync(Call with { Cost = 2m });
        }
    }

    [Fact]
    public async Task What_is_measured_ends_with_the_firewall_and_what_is_logged_has_the_name_of_the_ledger()
    {
        var (thread, mine, ended) = (Environment.CurrentManagedThreadId, new ConcurrentBag<Instrument>(), new ConcurrentBag<Instrument>());
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name != LedgerDiagnostics.Waiting || Environment.CurrentManagedThreadId != thread)
                    return;
                mine.Add(instrument);
                listener.EnableMeasurementEvents(instrument);
            },
            MeasurementsCompleted = (instrument, _) => ended.Add(instrument),
        };
        listener.Start();
        var loggers = new Names();
        mine.Clear();
        var firewall = new BudgetFirewallBuilder().UseTimeProvider(Clock).UseLoggerFactory(loggers).UseLedger(clock => Harness.Open(clock)).Build();
        var instrument = mine.Should().ContainSingle().Which;
        ended.Should().NotContain(instrument);

        await firewall.DisposeAsync();

        ended.Should().Contain(instrument);
        loggers.Created.Should().Contain("BudgetFirewall.Ledger");
    }

    private sealed class Names : ILoggerFactory
    {
        public ConcurrentBag<string> Created { get; } = [];

        public ILogger CreateLogger(string categoryName)
        {
            Created.Add(categoryName);
            return NullLogger.Instance;
        }

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }

    /// <summary>What one process measures.</summary>
    private sealed class Measured : IDisposable
    {
        private readonly ConcurrentDictionary<string, long> _sums = new();
        private readonly MeterListener _listener = new();

        public Measured(IMeterFactory factory)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == factory)
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => _sums.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
            _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => _sums[instrument.Name] = value);
            _listener.Start();
        }

        public long this[string name] => _sums.GetValueOrDefault(name);

        /// <summary>The present value of one that is asked.</summary>
        public long Read(string name)
        {
            _listener.RecordObservableInstruments();
            return this[name];
        }

        public void Dispose() => _listener.Dispose();
    }
}
