namespace BudgetFirewall.Ledger.Tests.Allocations;

/// <summary>A shared cost is spread over the days of its time by the clock of a time zone, exactly.</summary>
public abstract class CostsAreAmortised<THarness> : AllocationSuite<THarness> where THarness : ILedgerHarness, new()
{
    private static readonly CostAllocation Yearly = Fee with { Method = AllocationMethod.Even, Each = null, Targets = [new(BudgetScope.Project("search"))], IsAmortised = true };

    [Theory]
    [InlineData("2026-01-01", "2026-02-01", "UTC", 31)]
    [InlineData("2026-01-31", "2026-03-02", "UTC", 30)]
    [InlineData("2028-02-01", "2028-03-01", "UTC", 29)]
    [InlineData("2026-02-01", "2026-03-01", "UTC", 28)]
    [InlineData("2028-01-01", "2029-01-01", "UTC", 366)]
    [InlineData("2026-03-28T23:00:00Z", "2026-03-30T22:00:00Z", "Europe/Berlin", 2)]
    [InlineData("2026-10-23T22:00:00Z", "2026-10-25T23:00:00Z", "Europe/Berlin", 2)]
    [InlineData("2026-03-01T05:00:00Z", "2026-04-01T04:00:00Z", "America/New_York", 31)]
    [InlineData("2026-04-03T13:00:00Z", "2026-04-06T13:30:00Z", "Australia/Lord_Howe", 3)]
    public async Task Whole_days_get_the_same_across_month_ends_leap_days_and_summer_time(string from, string to, string zone, int days)
    {
        var asked = Yearly with { From = Instant(from), To = Instant(to), TimeZone = zone, Amount = days * 1.5m };

        await Allocations.AllocateAsync(asked);

        var report = await Ledger.ReportAsync(new() { From = asked.From, To = asked.To, Interval = LedgerInterval.Day, TimeZone = zone, GroupBy = ["project"] });
        report.Rows.Should().HaveCount(days).And.OnlyContain(row => row.Allocated == 1.5m && row.Names[0] == "search");
        report.Rows.Select(row => row.Interval).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task A_day_that_is_partly_in_the_time_gets_as_much_less()
    {
        // Half a day, a whole one, three quarters of one.
        await Allocations.AllocateAsync(Yearly with { From = March.AddHours(12), To = March.AddDays(2).AddHours(18), Amount = 9m });

        (await EntriesOfAsync("fee-1")).OrderBy(entry => entry.Time).Select(entry => (entry.Time, entry.Amount)).Should().Equal(
            (March.AddHours(12), 2m), (March.AddDays(1), 4m), (March.AddDays(2), 3m));
    }

    [Fact]
    public async Task A_part_of_a_day_of_summer_time_is_a_part_of_its_own_hours()
    {
        // The 29th of March has 23 hours in Berlin, from 23:00 by UTC. Of it 11.5 are half a day.
        var start = new DateTimeOffset(2026, 3, 28, 23, 0, 0, TimeSpan.Zero);
        await Allocations.AllocateAsync(Yearly with { From = start.AddHours(11.5), To = start.AddHours(23 + 24), TimeZone = "Europe/Berlin", Amount = 3m });

        (await EntriesOfAsync("fee-1")).OrderBy(entry => entry.Time).Select(entry => (entry.Time, entry.Amount)).Should().Equal((start.AddHours(11.5), 1m), (start.AddHours(23), 2m));
    }

    [Fact]
    public async Task The_nanos_that_are_left_go_to_the_first_days_and_each_scope_has_its_exact_part()
    {
        await Allocations.AllocateAsync(Yearly with { To = March.AddDays(3), Amount = 0.00000001m, Targets = [new(BudgetScope.Project("a")), new(BudgetScope.Project("b"))] });

        var entries = await EntriesOfAsync("fee-1");
        foreach (var project in new[] { "a", "b" })
            entries.Where(entry => entry.ProjectId == project).OrderBy(entry => entry.Time).Select(entry => (entry.Time, entry.AmountNanos)).Should().Equal((March, 2), (March.AddDays(1), 2), (March.AddDays(2), 1));
    }

    [Fact]
    public async Task Days_that_get_nothing_have_no_entry_and_the_sum_is_exact()
    {
        await Allocations.AllocateAsync(Yearly with { Amount = 0.000000003m });

        (await EntriesOfAsync("fee-1")).Select(entry => entry.AmountNanos).Should().Equal(1, 1, 1);
    }

    [Fact]
    public async Task Without_amortising_all_is_at_the_beginning_of_the_time()
    {
        await Allocations.AllocateAsync(Yearly with { IsAmortised = false, From = March.AddMinutes(1) });

        (await EntriesOfAsync("fee-1")).Should().ContainSingle().Which.Time.Should().Be(March.AddMinutes(1));
    }

    [Fact]
    public async Task Ten_thousand_parts_are_one_transaction_and_one_more_is_refused()
    {
        AllocationTarget[] targets = [.. Enumerable.Range(0, 500).Select(i => new AllocationTarget(BudgetScope.Project($"{i}")))];
        var asked = Yearly with { Targets = targets, To = March.AddDays(20), Amount = 7_777.777777777m };

        await Allocations.AllocateAsync(asked);

        (await Ledger.GetTotalAsync(new() { Kinds = [LedgerEntryKind.Allocation] })).Should().Be(new LedgerTotal(7_777.777777777m, 10_000));
        (await FluentActions.Awaiting(async () => await Allocations.AllocateAsync(asked with { Id = "2", To = March.AddDays(21) })).Should().ThrowAsync<ArgumentException>())
            .WithMessage("*would make 10,500 entries (500 scopes, 21 days); at most 10,000 are allowed*").WithParameterName("To");
        (await CountAsync("count(*) from ledger_allocations")).Should().Be(1);
        (await CountAsync("max(version) from ledger_allocations")).Should().Be(1);
    }

    [Fact]
    public async Task Everybody_may_be_too_many_for_the_days()
    {
        await Ledger.AppendAsync([.. Enumerable.Range(0, 400).Select(i => Charge($"{i}", 1m, project: $"{i}"))]);

        (await FluentActions.Awaiting(async () => await Allocations.AllocateAsync(Fee with { IsAmortised = true })).Should().ThrowAsync<ArgumentException>()).WithMessage("*400 scopes, 31 days*").WithParameterName("Each");
        (await EntriesOfAsync("fee-1")).Should().BeEmpty();
    }

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal);
}
