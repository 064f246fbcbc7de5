namespace BudgetFirewall.Ledger.Tests;

public abstract class OldEntriesGo<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    private LedgerEntry[] OfDays(int days, int perDay = 3) =>
        [.. from day in Enumerable.Range(0, days)
            from i in Enumerable.Range(0, perDay)
            select Charge($"{day}-{i}", 1m, Clock.GetUtcNow().AddDays(-day).AddMinutes(-i), $"user-{i}") with
            {
                Lines = [new("request", 1, 1m, 1m)],
                Counters = [new("user/day", BudgetScope.User($"user-{i}"), Noon, null, 1)],
            }];

    [Fact]
    public async Task Entries_go_by_their_age_and_reports_stay()
    {
        await Ledger.AppendAsync(OfDays(120));

        var result = await Ledger.RemoveOldAsync(LedgerRetention.Of(TimeSpan.FromDays(30)));

        result.IsComplete.Should().BeTrue();
        var left = await ReadAllAsync(new());
        left.Should().OnlyContain(entry => entry.Time >= Noon.AddDays(-30)).And.HaveCount((int)(360 - result.Removed)).And.HaveCount(91);
        (await Ledger.ReportAsync(new() { From = Noon.AddDays(-200), To = Noon.AddDays(1), GroupBy = ["user"] })).Amount.Should().Be(360m);
        foreach (var table in new[] { "ledger_entry_counters", "ledger_entry_lines" })
            (await CountAsync($"count(*) from {table}")).Should().Be(91, table);
        (await CountAsync("count(*) from ledger_entry_scopes")).Should().Be(3 * 91);
        (await CountAsync("sum(moved) from ledger_counter_totals")).Should().Be(360);
    }

    [Fact]
    public async Task Each_kind_has_an_age_of_its_own_and_kinds_without_stay()
    {
        await Ledger.AppendAsync([Charge("1", 1m, Noon.AddDays(-100)), Charge("2", 0m, Noon.AddDays(-100)) with { Kind = LedgerEntryKind.Denial }, Charge("3", 0m, Noon.AddDays(-1)) with { Kind = LedgerEntryKind.Denial }]);

        var result = await Ledger.RemoveOldAsync(new() { Ages = new Dictionary<LedgerEntryKind, TimeSpan> { [LedgerEntryKind.Denial] = TimeSpan.FromDays(7) } });

        result.Should().Be(new LedgerRetentionResult(1, IsComplete: true));
        (await ReadAllAsync(new())).Select(entry => entry.OperationId).Should().Equal("3", "1");
    }

    [Fact]
    public async Task A_month_whose_entries_went_takes_entries_again()
    {
        var old = Charge("1", 1m, Noon.AddDays(-100));
        await Ledger.AppendAsync([old]);
        await Ledger.RemoveOldAsync(LedgerRetention.Of(TimeSpan.FromDays(30)));

        (await Ledger.AppendAsync([old with { OperationId = "2" }])).Should().Be(1);

        (await ReadAllAsync(new())).Should().ContainSingle();
    }

    [Fact]
    public async Task Removing_ends_with_its_time_and_goes_on_with_the_next_call()
    {
        await Ledger.AppendAsync(OfDays(1, perDay: 1_200));
        Clock.Advance(TimeSpan.FromDays(3));
        await using var slow = Harness.Open(new Ticking(Clock.GetUtcNow()));
        var retention = new LedgerRetention { Ages = new Dictionary<LedgerEntryKind, TimeSpan> { [LedgerEntryKind.Charge] = TimeSpan.FromDays(2) }, TimeLimit = TimeSpan.FromSeconds(1) };

        (await slow.RemoveOldAsync(retention)).Should().Be(new LedgerRetentionResult(500, IsComplete: false));
        (await slow.RemoveOldAsync(retention)).Should().Be(new LedgerRetentionResult(500, IsComplete: false));
        (await Ledger.RemoveOldAsync(retention)).Should().Be(new LedgerRetentionResult(200, IsComplete: true));

        (await ReadAllAsync(new())).Should().BeEmpty();
    }

    [Fact]
    public void An_age_below_a_day_is_refused()
    {
        FluentActions.Invoking(() => LedgerRetention.Of(TimeSpan.FromHours(23))).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => new LedgerRetention { Ages = new Dictionary<LedgerEntryKind, TimeSpan> { [(LedgerEntryKind)99] = TimeSpan.FromDays(9) } }).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => new LedgerRetention { TimeLimit = TimeSpan.Zero }).Should().Throw<ArgumentOutOfRangeException>();
    }

    /// <summary>A clock by which two seconds pass each time somebody measures.</summary>
    private sealed class Ticking(DateTimeOffset now) : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override DateTimeOffset GetUtcNow() => now;

        public override long GetTimestamp() => Interlocked.Add(ref _seconds, 2);
    }
}
