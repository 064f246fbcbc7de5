using BudgetFirewall.Redis.Servers;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Ledger.Tests.Anomalies;

/// <summary>Who looks for anomalies and for how long, what is logged, and what happens when the database fails.</summary>
public abstract class DetectionGoesOn<THarness> : LedgerSuite<THarness>, IDisposable where THarness : ILedgerHarness, new()
{
    private static readonly DateTimeOffset Hour = new(2026, 3, 10, 14, 0, 0, TimeSpan.Zero);

    private readonly RecordingLogger _log = new();
    private int _operations;

    public void Dispose()
    {
        _log.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(10, 120)]
    [InlineData(40, 120)]
    [InlineData(60, 180)]
    [InlineData(3_600, 10_800)]
    public async Task A_lease_is_three_times_as_long_as_the_time_between_evaluations_and_two_minutes_at_least(int everySeconds, int leaseSeconds)
    {
        await using var ledger = Harness.Open(Clock);
        await using var first = Open(options => options.EvaluateEvery = TimeSpan.FromSeconds(everySeconds));
        await using var other = LedgerAnomalies.Open(ledger, timeProvider: Clock);
        (await first.EvaluateAsync()).HasRun.Should().BeTrue();

        Clock.Advance(TimeSpan.FromSeconds(leaseSeconds - 1));
        (await other.EvaluateAsync()).HasRun.Should().BeFalse();
        Clock.Advance(TimeSpan.FromSeconds(2));
        (await other.EvaluateAsync()).HasRun.Should().BeTrue();
    }

    [Theory]
    [InlineData(89, false)]
    [InlineData(90, true)]
    [InlineData(150, true)]
    public async Task A_lease_is_prolonged_once_half_of_it_is_over(int seconds, bool isProlonged)
    {
        await using var ledger = Harness.Open(Clock);
        await using var first = Open();
        await using var other = LedgerAnomalies.Open(ledger, timeProvider: Clock);
        await first.EvaluateAsync();
        Clock.Advance(TimeSpan.FromSeconds(seconds));
        (await first.EvaluateAsync()).HasRun.Should().BeTrue();

        Clock.Advance(TimeSpan.FromSeconds(181 - seconds));

        (await other.EvaluateAsync()).HasRun.Should().Be(!isProlonged);
    }

    [Fact]
    public async Task A_process_whose_lease_another_has_taken_stops_and_leaves_the_hours_to_it()
    {
        await WithWeeksAsync(Hour, 10m);
        await SpendAsync(100m, Hour);
        await using var ledger = Harness.Open(Clock);
        await using (var begun = Open())
        {
            Clock.MoveTo(Hour.AddMinutes(1));
            await begun.EvaluateAsync();
            await ExecuteAsync("delete from ledger_anomalies");
        }
        Clock.MoveTo(Hour.AddHours(2));
        await using var other = LedgerAnomalies.Open(ledger, options => options.Kinds = ["user"], timeProvider: Clock);
        var slow = new SlowClock(Clock, afterCalls: 2, async () =>
        {
            Clock.Advance(TimeSpan.FromMinutes(4));
            await ledger.ReadEntriesAsync(new());
            await ExecuteAsync($"update ledger_leases set owner = 'another', until_us = until_us + {TimeSpan.FromHours(1).TotalMicroseconds:0} where name = 'anomalies'");
        });
        await using var first = LedgerAnomalies.Open(Ledger, options => options.Kinds = ["user"], timeProvider: slow);

        var lost = await first.EvaluateAsync();

        lost.Should().Be(new AnomalyEvaluation(HasRun: true, EndedHours: 0, PassedOverHours: 0, Scopes: 1, Found: 1));
        Clock.Advance(TimeSpan.FromHours(2));
        (await other.EvaluateAsync()).EndedHours.Should().Be(3, "the first hour is looked at again");
    }

    [Fact]
    public async Task What_is_found_and_passed_over_is_logged_once()
    {
        await WithWeeksAsync(Hour, 10m);
        Clock.MoveTo(Hour.AddHours(-5));
        await using var anomalies = Open(options => (options.Kinds, options.CatchUpHours) = (["user"], 2));
        await anomalies.EvaluateAsync();
        _log.Entries.Should().BeEmpty();

        await SpendAsync(100m, Hour);
        Clock.MoveTo(Hour.AddMinutes(10));
        (await anomalies.EvaluateAsync()).Should().Be(new AnomalyEvaluation(HasRun: true, EndedHours: 2, PassedOverHours: 3, Scopes: 1, Found: 1));
        await anomalies.EvaluateAsync();

        _log.Entries.Should().Equal(
            (LogLevel.Warning, 761, "Nobody has looked for anomalies for 3 hours more than are caught up with; they are passed over."), (LogLevel.Information, 762, "1 anomalies were found."));
    }

    [Fact]
    public async Task A_database_that_fails_is_told_and_tried_again()
    {
        await using var anomalies = Open();
        await anomalies.EvaluateAsync();
        Clock.Advance(TimeSpan.FromHours(2));
        await ExecuteAsync("alter table ledger_anomalies rename to anomalies_elsewhere");
        await ExecuteAsync("alter table ledger_names rename to names_elsewhere");
        foreach (var failing in new Func<Task>[] { async () => await anomalies.EvaluateAsync(), async () => await anomalies.ListAsync(), async () => await anomalies.ExpectAsync(BudgetScope.User("alice"), Hour) })
            await failing.Should().ThrowAsync<LedgerException>().WithMessage("Anomalies cannot be read or written (*");
        anomalies.Start();
        await PassUntilAsync(TimeSpan.FromSeconds(1), () => _log.Entries.Count > 1);
        _log.Entries.Should().OnlyContain(entry => entry.Level == LogLevel.Error && entry.Event == 760 && entry.Text == "Anomalies could not be looked for; it is tried again.");

        await ExecuteAsync("alter table names_elsewhere rename to ledger_names");
        await ExecuteAsync("alter table anomalies_elsewhere rename to ledger_anomalies");
        (await anomalies.EvaluateAsync()).HasRun.Should().BeTrue();
        await ExecuteAsync("alter table ledger_leases rename to leases_elsewhere");
        await anomalies.DisposeAsync();
        await ExecuteAsync("alter table leases_elsewhere rename to ledger_leases");
    }

    [Fact]
    public async Task Whoever_is_disposed_of_gives_the_lease_back_once_and_does_not_begin_again()
    {
        await using var ledger = Harness.Open(Clock);
        var first = Open();
        await using var other = LedgerAnomalies.Open(ledger, timeProvider: Clock);
        await first.EvaluateAsync();

        first.Dispose();
        first.Dispose();
        await first.DisposeAsync();
        first.Start();

        (await other.EvaluateAsync()).HasRun.Should().BeTrue();
        await Clock.PassAsync(TimeSpan.FromMinutes(10));
        _log.Entries.Should().BeEmpty();
    }

    [Fact]
    public async Task What_is_old_is_removed_once_an_hour()
    {
        await WithWeeksAsync(Hour, 10m);
        await SpendAsync(100m, Hour);
        Clock.MoveTo(Hour.AddMinutes(10));
        await using var anomalies = Open(options => (options.Kinds, options.KeepFor) = (["user"], TimeSpan.FromDays(1)));
        foreach (var (minutes, kept) in new[] { (0, 1), (23 * 60, 1), (45, 1), (14, 1), (1, 0) })
        {
            Clock.Advance(TimeSpan.FromMinutes(minutes));
            await anomalies.EvaluateAsync();
            (await anomalies.ListAsync()).Anomalies.Should().HaveCount(kept);
        }
    }

    [Fact]
    public async Task A_page_that_is_just_full_is_the_last_one_and_what_the_last_day_makes_expected_is_told_so()
    {
        for (var back = 1; back <= 12; back++)
            await SpendAsync(10m, Hour.AddHours(-back));
        await SpendAsync(61m, Hour);
        await using (var events = LedgerEvents.Open(Ledger, options => options.Delivers = false, Clock))
            await events.CreateAsync(new() { Id = "all", Url = "https://example.com/" });
        Clock.MoveTo(Hour.AddMinutes(10));
        await using var anomalies = Open(options => options.Kinds = ["user", "provider"]);

        (await anomalies.EvaluateAsync()).Found.Should().Be(2);

        var full = await anomalies.ListAsync(new() { Limit = 2 });
        (full.Anomalies.Length, full.NextCursor).Should().Be((2, null));
        (await anomalies.ListAsync(new() { Limit = 1 })).NextCursor.Should().NotBeNull();
        (await CountAsync("count(*) from ledger_events where body like '%\"basis\":\"last_day\"%'")).Should().Be(2);
        foreach (var wrong in new LedgerAnomalyQuery[] { new() { From = Hour, To = Hour.AddTicks(-1) }, new() { Cursor = "-1" }, new() { Cursor = "" } })
            await FluentActions.Awaiting(async () => await anomalies.ListAsync(wrong)).Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task An_hour_that_the_clock_has_shown_twice_in_another_week_is_one_of_both()
    {
        // A week before, Berlin's clock has shown half past two twice.
        var hour = new DateTimeOffset(2026, 11, 1, 1, 30, 0, TimeSpan.Zero);
        foreach (var (amount, time) in new[] { (30m, hour.AddDays(-7)), (1m, hour.AddDays(-7).AddHours(-1)), (10m, hour.AddDays(-14).AddHours(-1)), (20m, hour.AddDays(-21).AddHours(-1)), (40m, hour.AddDays(-28).AddHours(-1)) })
            await SpendAsync(amount, time);
        await using var anomalies = Open(options => options.TimeZone = "Europe/Berlin");

        (await anomalies.ExpectAsync(BudgetScope.User("alice"), hour)).Judgement.Should().BeEquivalentTo(new { Samples = 4, Expected = 25.5m });
    }

    [Fact]
    public async Task Nothing_is_expected_of_times_and_scopes_that_no_ledger_has()
    {
        await using var anomalies = Open();

        await FluentActions.Awaiting(async () => await anomalies.ExpectAsync(BudgetScope.User("x"), DateTimeOffset.UnixEpoch.AddTicks(-1))).Should().ThrowAsync<ArgumentException>().WithParameterName("time");
        await FluentActions.Awaiting(async () => await anomalies.ExpectAsync(default, Hour)).Should().ThrowAsync<ArgumentException>().WithParameterName("scope");
        (await anomalies.ExpectAsync(BudgetScope.User("x"), DateTimeOffset.UnixEpoch)).Judgement.Basis.Should().Be(AnomalyBasis.None);
        FluentActions.Invoking(() => LedgerAnomalies.Open(null!)).Should().Throw<ArgumentNullException>().WithParameterName("ledger");
    }

    private LedgerAnomalies Open(Action<AnomalyOptions>? configure = null) => LedgerAnomalies.Open(Ledger, configure, timeProvider: Clock, loggerFactory: _log);

    private LedgerEntry Of(decimal amount, DateTimeOffset time) => Charge($"op-{_operations++}", amount, time);

    private async Task WithWeeksAsync(DateTimeOffset hour, decimal amount) => await Ledger.AppendAsync([.. Enumerable.Range(1, 8).Select(week => Of(amount, hour.AddDays(-7 * week)))]);

    private async Task SpendAsync(decimal amount, DateTimeOffset time) => await Ledger.AppendAsync([Of(amount, time)]);

    /// <summary>The clock, beside which something happens once it was asked so often.</summary>
    private sealed class SlowClock(TimeProvider clock, int afterCalls, Func<Task> happening) : TimeProvider
    {
        private int _calls;

        public override DateTimeOffset GetUtcNow()
        {
            if (Interlocked.Increment(ref _calls) == afterCalls + 1)
                Task.Run(happening).GetAwaiter().GetResult();
            return clock.GetUtcNow();
        }
    }
}
