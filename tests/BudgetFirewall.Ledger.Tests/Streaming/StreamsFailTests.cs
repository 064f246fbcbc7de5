using System.Collections.Immutable;
using System.Text.Json;
using BudgetFirewall.Redis.Servers;
using BudgetFirewall.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>Whatever call of a stream of entries fails, before or after it was made, each entry is in the ledger once, and an operator is told.</summary>
public sealed class StreamsFailTests : LedgerSuite<SqliteHarness>, IDisposable
{
    private static readonly BudgetRequest Call = new() { Provider = "openai", UserId = "alice", Cost = 0.25m };

    private readonly RecordingLogger _log = new();
    private readonly AwayLedger _away = new() { IsAway = false };
    private StreamingMemory _stream = null!;

    public void Dispose() => _log.Dispose();

    private ServiceProvider Start(Action<LedgerOptions>? configure = null, string? partitionBy = null, bool canBeAway = true)
    {
        // The machine has been running for a while.
        Clock.Advance(TimeSpan.FromSeconds(10));
        var services = new ServiceCollection().AddSingleton<TimeProvider>(Clock).AddSingleton<ILoggerFactory>(_log);
        services.AddBudgetFirewall(options =>
        {
            (options.PartitionBy, options.StoreTimeout) = (partitionBy, TimeSpan.FromSeconds(30));
            options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 1m });
            options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 2m, Enforcement = Enforcement.Shadow });
            options.Budgets.Add(new Budget { Scope = BudgetScope.Each("project"), Limit = 10m, Unit = "pages" });
        })
            .WrapStore((inner, _) => _stream = new(inner, Clock))
            .UseLedger(clock => canBeAway ? _away.Around(Harness.Open(clock)) : Harness.Open(clock), options =>
            {
                options.RecordDenials = false;
                configure?.Invoke(options);
            });
        return services.BuildServiceProvider();
    }

    private static (IBudgetFirewall Firewall, ILedgerFeed Feed) Of(ServiceProvider process) => (process.GetRequiredService<IBudgetFirewall>(), process.GetRequiredService<ILedgerFeed>());

    private int Told(int id) => _log.Entries.Count(entry => entry.Event == id);

    // Waits by the test's clock are waited for in small steps, so that nothing waits much longer than it should.
    private Task PassTimeUntilAsync(Func<bool> isSo) => WaitUntilAsync(async () =>
    {
        for (var i = 0; i < 20 && !isSo(); i++)
        {
            await Clock.PassAsync(TimeSpan.FromMilliseconds(50));
            await Task.Delay(1);
        }
        return isSo();
    });

    private async Task FlushAsync(ILedgerFeed feed)
    {
        var flush = feed.FlushAsync();
        await PassTimeUntilAsync(() => flush.IsCompleted);
        await flush;
    }

    private async Task AssertOnceAsync(int count)
    {
        (await Ledger.GetTotalAsync(new())).Count.Should().Be(count);
        _stream.Waiting.Should().Be(0);
    }

    [Theory]
    [InlineData("ReadPartitionsAsync")]
    [InlineData("ReadAsync")]
    [InlineData("ReadAsyncAnswer")]
    [InlineData("RemoveAsync")]
    [InlineData("CountAsync")]
    public async Task A_stream_that_is_away_is_told_once_and_asked_less_and_less_often(string call)
    {
        await using var process = Start();
        var (firewall, feed) = Of(process);
        await FlushAsync(feed);
        var isAway = true;
        _stream.FaultOf = name => isAway && name == call ? new("The store is away.") : null;
        await firewall.ChargeAsync(Call);
        var since = Clock.GetUtcNow();

        if (call != "CountAsync")
        {
            await PassTimeUntilAsync(() => feed.Status.Failure is not null);
            feed.Status.FailingSince.Should().BeCloseTo(since, TimeSpan.FromSeconds(7));
            since = feed.Status.FailingSince!.Value;
        }
        await PassTimeUntilAsync(() => _stream.TimesOf(call).Length >= 4);
        (feed.Status.FailingSince ?? since).Should().Be(since);
        isAway = false;
        await FlushAsync(feed);
        // Where all was delivered before partitions could not be read, the next round finds that they can be.
        await PassTimeUntilAsync(() => feed.Status.Failure is null);

        (feed.Status.Failure, feed.Status.FailingSince).Should().Be((null, null));
        (Told(721), Told(722)).Should().Be(call == "CountAsync" ? (0, 0) : (1, 1));
        await AssertOnceAsync(1);
    }

    [Fact]
    public async Task The_pauses_while_a_stream_is_away_grow_to_ten_seconds()
    {
        await using var process = Start(options => options.RetryAfter = TimeSpan.FromSeconds(1));
        _ = Of(process);
        await PassTimeUntilAsync(() => _stream.TimesOf("ReadPartitionsAsync").Length > 0);
        var before = _stream.TimesOf("ReadPartitionsAsync").Length;
        _stream.FaultOf = name => name == "ReadPartitionsAsync" ? new("The store is away.") : null;
        await PassTimeUntilAsync(() => _stream.TimesOf("ReadPartitionsAsync").Length >= before + 7);

        // Partitions are read every five seconds, so that a shorter pause shows in the second look only.
        var times = _stream.TimesOf("ReadPartitionsAsync")[before..];
        times.Zip(times.Skip(1), (one, next) => (next - one).TotalSeconds).Skip(4).Should().OnlyContain(seconds => seconds >= 10 && seconds < 19);
        _stream.FaultOf = _ => null;
    }

    [Fact]
    public async Task What_was_read_by_a_process_that_is_dead_is_taken_over_after_the_time()
    {
        await using var process = Start(options => options.TakeOverAfter = TimeSpan.FromSeconds(20));
        var (firewall, feed) = Of(process);
        _away.IsAway = true;
        await firewall.ChargeAsync(Call);
        await firewall.ChargeAsync(Call);
        _stream.ReadByAnother();
        var dead = Clock.GetUtcNow();
        _away.IsAway = false;

        await PassTimeUntilAsync(() => _stream.Waiting == 0);

        (Clock.GetUtcNow() - dead).Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(20)).And.BeLessThan(TimeSpan.FromSeconds(50));
        await AssertOnceAsync(2);
    }

    [Fact]
    public async Task More_than_one_reading_has_is_delivered_in_one_go()
    {
        await using var process = Start();
        var (firewall, feed) = Of(process);
        _away.IsAway = true;
        for (var i = 0; i < 2_500; i++)
            await firewall.ChargeAsync(Call with { Cost = 0.000001m });
        _away.IsAway = false;

        await FlushAsync(feed);

        await AssertOnceAsync(2_500);
    }

    [Fact]
    public async Task An_entry_whose_call_has_failed_is_delivered_all_the_same()
    {
        await using var process = Start();
        var (firewall, feed) = Of(process);
        await FlushAsync(feed);
        await PassTimeUntilAsync(() => _stream.TimesOf("ReadPartitionsAsync").Length > 1);
        var rounds = _stream.TimesOf("ReadPartitionsAsync").Length;
        _stream.FaultOf = name => name == "DecideAnswer" ? new("The answer was lost.") : null;
        await FluentActions.Awaiting(async () => await firewall.ChargeAsync(Call)).Should().ThrowAsync<BudgetFirewallException>();

        // Told that there may be one, the feed waits for no round.
        await PassTimeUntilAsync(() => _stream.Waiting == 0);

        _stream.TimesOf("ReadPartitionsAsync").Should().HaveCount(rounds);
        await AssertOnceAsync(1);
    }

    [Fact]
    public async Task One_partition_that_cannot_be_read_holds_up_no_other()
    {
        await using var process = Start(options => options.RetryAfter = TimeSpan.FromMinutes(10), partitionBy: "tenant");
        var (firewall, feed) = Of(process);
        await FlushAsync(feed);
        var faults = 0;
        _stream.FaultOf = name => name == "ReadAsync" && Interlocked.Increment(ref faults) == 1 ? new("It has a value that is not the store's.") { IsNeverAllowed = true } : null;
        var began = Clock.GetUtcNow();
        for (var i = 0; i < 5; i++)
            await firewall.ChargeAsync(Call with { Dimensions = new Dictionary<string, string> { ["tenant"] = $"tenant-{i}" } });

        await FlushAsync(feed);

        (Clock.GetUtcNow() - began).Should().BeLessThan(TimeSpan.FromSeconds(10), "so long it would pause, were the store away");
        await AssertOnceAsync(5);
        (await ReadAllAsync(new())).Select(entry => entry.Partition).Distinct().Should().HaveCount(5);
    }

    [Fact]
    public async Task A_full_backlog_is_told_each_time_it_fills_and_refuses_by_option()
    {
        await using var process = Start(options => options.MaxBacklog = 2);
        var (firewall, feed) = Of(process);
        await FlushAsync(feed);
        for (var time = 1; time <= 2; time++)
        {
            _away.IsAway = true;
            for (var i = 0; i < 3; i++)
                await firewall.ChargeAsync(Call with { Cost = 0.01m });
            await PassTimeUntilAsync(() => feed.Status is { IsAtMaxBacklog: true, IsRefusing: true, Waiting: 3, Failure: not null });
            await PassTimeUntilAsync(() => _stream.TimesOf("CountAsync").Length > 10 * time);
            (await firewall.TrySpendAsync(Call with { Cost = 0.01m })).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
            Told(702).Should().Be(time);
            _away.IsAway = false;
            await FlushAsync(feed);
            feed.Status.Should().BeEquivalentTo(new { Waiting = 0, IsAtMaxBacklog = false, IsRefusing = false });
        }

        await AssertOnceAsync(6);
        (Told(700), Told(701)).Should().Be((2, 2), "it was away twice");
    }

    [Fact]
    public async Task A_partition_without_entries_is_not_counted_any_more_until_it_has_some()
    {
        await using var process = Start();
        var (firewall, feed) = Of(process);
        await firewall.ChargeAsync(Call);
        await FlushAsync(feed);
        await NotCountedAsync();

        _away.IsAway = true;
        await firewall.ChargeAsync(Call);
        await PassTimeUntilAsync(() => feed.Status.Waiting == 1);
        await PassTimeUntilAsync(() => feed.Status.Failure is not null);
        _away.IsAway = false;
        await FlushAsync(feed);
        await NotCountedAsync();

        async Task NotCountedAsync()
        {
            // One more count finds it empty.
            for (var i = 0; i < 40; i++)
                await Clock.PassAsync(TimeSpan.FromMilliseconds(100));
            var before = _stream.TimesOf("CountAsync").Length;
            for (var i = 0; i < 40; i++)
                await Clock.PassAsync(TimeSpan.FromMilliseconds(100));
            _stream.TimesOf("CountAsync").Should().HaveCount(before);
        }
    }

    [Fact]
    public async Task What_the_store_alone_knows_is_in_the_entry()
    {
        await using var process = Start();
        var (firewall, feed) = Of(process);
        // Of the counters only the user's has a limit in money that denies: 1.
        _stream.Change = entry => Told(entry, isLate: true, [new(PlaceOf(entry, "user/day"), 1_300_000_000, 100_000_000), new(PlaceOf(entry, "global/day"), 9_000_000_000, 0), new(PlaceOf(entry, "project/day/pages"), 99_000_000, 0)]);
        await firewall.ChargeAsync(Call with { OperationId = "late", ProjectId = "search", Usage = new BudgetUsage { Units = new Dictionary<string, decimal> { ["pages"] = 3m } } });
        _stream.Change = entry => Told(entry, isLate: false, [new(PlaceOf(entry, "user/day"), 9_000_000_000, 0)]);
        await firewall.ChargeAsync(Call with { OperationId = "no more than it costs" });
        _stream.Change = entry => Told(entry, isLate: false, [new(PlaceOf(entry, "user/day"), 1_000_000_000, 0), new(7, 9_000_000_000, 0)]);
        await firewall.ChargeAsync(Call with { OperationId = "just full" });
        _stream.Change = entry => new() { Id = entry.Id, Content = entry.Content, Time = entry.Time.AddMinutes(1) };
        await firewall.ChargeAsync(Call with { OperationId = "later" });

        await FlushAsync(feed);

        (await ReadAllAsync(new())).Select(entry => (entry.OperationId, entry.IsLate, entry.OverrunNanos, entry.Time > Noon.AddMinutes(1))).Should().BeEquivalentTo(
            [("late", true, 200_000_000L, false), ("no more than it costs", false, 250_000_000L, false), ("just full", false, 0L, false), ("later", false, 0L, true)]);

        static int PlaceOf(StreamedEntry entry, string family)
        {
            using var content = JsonDocument.Parse(entry.Content);
            return content.RootElement.GetProperty("e").GetProperty("c").EnumerateArray().TakeWhile(counter => counter.GetProperty("f").GetString() != family).Count();
        }

        static StreamedEntry Told(StreamedEntry entry, bool isLate, ImmutableArray<StreamedCharge> charges) => new() { Id = entry.Id, Content = entry.Content, Time = entry.Time, IsLate = isLate, Charges = charges };
    }

    [Fact]
    public async Task A_correction_has_what_was_really_taken_out_of_each_counter_and_is_put_aside_where_that_is_missing()
    {
        await using var process = Start(canBeAway: false);
        var (firewall, feed) = Of(process);
        await firewall.ChargeAsync(Call with { OperationId = "call-1" });
        await FlushAsync(feed);
        Clock.Advance(TimeSpan.FromDays(1));
        var refund = firewall.RefundAsync(new() { OperationId = "call-1", CorrectionId = "note-1" }, 0.1m).AsTask();
        await PassTimeUntilAsync(() => refund.IsCompleted);
        (await refund).Amount.Should().Be(0.1m);
        await FlushAsync(feed);
        _stream.Change = entry => new() { Id = entry.Id, Content = entry.Content, Time = entry.Time, Taken = [1] };
        var second = firewall.RefundAsync(new() { OperationId = "call-1", CorrectionId = "note-2" }, 0.1m).AsTask();
        await PassTimeUntilAsync(() => second.IsCompleted);
        (await second).Amount.Should().Be(0.1m);
        await FlushAsync(feed);

        var entry = (await ReadAllAsync(new() { Kinds = [LedgerEntryKind.Correction] })).Should().ContainSingle().Which;
        (entry.OperationId, entry.Amount).Should().Be(("note-1", -0.1m));
        entry.Counters.Should().HaveCount(2).And.OnlyContain(counter => counter.Moved == 0, "the day in which it was charged is over");
        (Told(720), feed.Status.SetAside).Should().Be((1, 1L));
    }

    [Fact]
    public async Task What_a_firewall_that_is_closed_cannot_write_stays_in_the_store_and_is_told()
    {
        var process = Start(options => options.RetryAfter = TimeSpan.FromMinutes(10));
        var (firewall, feed) = Of(process);
        await FlushAsync(feed);
        _away.IsAway = true;
        await firewall.ChargeAsync(Call);
        await PassTimeUntilAsync(() => feed.Status is { Waiting: 1, Failure: not null });

        await process.DisposeAsync();

        _log.Entries.Where(entry => entry.Event == 723).Should().ContainSingle().Which.Text.Should().Contain("1 entries");
        _stream.Waiting.Should().Be(1);
        await FluentActions.Awaiting(() => feed.FlushAsync().WaitAsync(TimeSpan.FromMinutes(1))).Should().ThrowAsync<ObjectDisposedException>();
    }
}
