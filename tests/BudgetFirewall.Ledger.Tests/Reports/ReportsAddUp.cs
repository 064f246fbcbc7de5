using BudgetFirewall.Storage;

namespace BudgetFirewall.Ledger.Tests;

public abstract class ReportsAddUp<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    private static readonly string[] Groups = ["user", "project", "provider", "model", "operation", "tenant", "feature"];

    private static readonly LedgerInterval[] Intervals = Enum.GetValues<LedgerInterval>();

    // Zones of whole hours, of 30 and of 45 minutes, with summer time of an hour and of half an hour, north and south.
    private static readonly string[] Zones = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham", "America/St_Johns", "Pacific/Apia"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Every_report_is_the_sum_of_its_entries_in_every_zone(int seed)
    {
        var random = new Random(seed);
        // From before the changes to summer time of March to after those of April.
        var begin = new DateTimeOffset(2026, 3, 6, 0, 0, 0, TimeSpan.Zero);
        var entries = Enumerable.Range(0, 1_500).Select(i => Random(random, i, begin.AddSeconds(random.Next(40 * 86_400)))).ToArray();
        await Ledger.AppendAsync(entries);

        for (var round = 0; round < 40; round++)
        {
            var from = begin.AddMinutes(15 * random.Next(30 * 96));
            var request = new LedgerReportRequest
            {
                From = from,
                To = from.AddMinutes(15 * (1 + random.Next(20 * 96))),
                GroupBy = [.. Groups.OrderBy(_ => random.Next()).Take(random.Next(5))],
                Interval = Intervals[random.Next(Intervals.Length)],
                TimeZone = Zones[random.Next(Zones.Length)],
                Top = random.Next(3) == 0 ? 1 + random.Next(3) : null,
                Scopes = random.Next(3) == 0 ? new Dictionary<string, string> { ["provider"] = "provider-1" } : new Dictionary<string, string>(),
            };

            var report = await Ledger.ReportAsync(request);

            var expected = Expected(request, entries);
            if (request.Top is null)
                report.Rows.Select(Key).Should().BeEquivalentTo(expected.Select(row => row), $"{request}");
            report.Rows.GroupBy(row => row.Interval).ToDictionary(rows => rows.Key ?? DateTimeOffset.MinValue, rows => rows.Sum(row => row.Amount))
                .Should().BeEquivalentTo(expected.GroupBy(row => row.Interval).ToDictionary(rows => rows.Key ?? DateTimeOffset.MinValue, rows => rows.Sum(row => row.Amount)), $"{request}");
            (report.Amount, report.Count).Should().Be((expected.Sum(row => row.Amount), expected.Sum(row => row.Count)), $"{request}");
        }
    }

    [Fact]
    public async Task A_report_of_one_partition_counts_its_entries_alone()
    {
        await Ledger.AppendAsync([Charge("1", 1m) with { Partition = "acme" }, Charge("2", 2m, user: "bob") with { Partition = "acme" }, Charge("3", 4m) with { Partition = "globex" }, Charge("4", 8m)]);

        (await Ledger.ReportAsync(Day with { Partition = "acme" })).Amount.Should().Be(3m);
        (await Ledger.ReportAsync(Day with { Partition = "acme", GroupBy = ["user"] })).Rows.Select(row => (row.Names[0], row.Amount)).Should().Equal(("bob", 2m), ("alice", 1m));
        (await Ledger.ReportAsync(Day with { Partition = "acme", Scopes = new Dictionary<string, string> { ["user"] = "alice" } })).Amount.Should().Be(1m);
        (await Ledger.ReportAsync(Day with { Partition = "nobody" })).Rows.Should().BeEmpty();
        (await Ledger.ReportAsync(Day)).Amount.Should().Be(15m);
    }

    [Theory]
    [InlineData("partition=")]
    [InlineData("operation=")]
    public async Task What_the_ledger_keeps_for_itself_is_no_name_to_group_by(string name)
    {
        await Ledger.AppendAsync([Charge("1", 1m) with { Partition = "acme" }]);

        await FluentActions.Awaiting(async () => await Ledger.ReportAsync(Day with { GroupBy = [name] })).Should().ThrowAsync<ArgumentException>().WithMessage("*no entry*");
    }

    [Fact]
    public async Task A_time_zone_that_nobody_knows_is_refused_also_where_there_is_one_span() =>
        await FluentActions.Awaiting(async () => await Ledger.ReportAsync(Day with { TimeZone = "Mars/Olympus" })).Should().ThrowAsync<ArgumentException>().WithMessage("*Mars*");

    [Fact]
    public async Task The_top_groups_have_rows_and_the_rest_is_one_line()
    {
        await Ledger.AppendAsync([.. Enumerable.Range(1, 10).Select(i => Charge($"{i}", i, user: $"user-{i}")), Charge("none", 100m, user: null)]);

        var report = await Ledger.ReportAsync(Day with { GroupBy = ["user"], Top = 3 });

        report.Rows.Should().BeEquivalentTo(new[]
        {
            new LedgerReportRow([null], null, 100m, 1, false), new LedgerReportRow(["user-10"], null, 10m, 1, false), new LedgerReportRow(["user-9"], null, 9m, 1, false),
            new LedgerReportRow([null], null, 36m, 8, true),
        }, options => options.WithStrictOrdering());
        report.Amount.Should().Be(155m);
    }

    [Fact]
    public async Task A_correction_changes_the_amount_and_not_the_number_of_calls_and_other_kinds_change_neither()
    {
        await Ledger.AppendAsync(
        [
            Charge("1", 5m), Charge("2", -2m) with { Kind = LedgerEntryKind.Correction }, Charge("3", 9m) with { Kind = LedgerEntryKind.Denial }, Charge("4", 9m) with { Kind = LedgerEntryKind.Reset },
        ]);

        var report = await Ledger.ReportAsync(Day);

        (report.Amount, report.Count).Should().Be((3m, 1));
    }

    [Fact]
    public async Task Times_between_two_quarters_widen_to_them()
    {
        await Ledger.AppendAsync([Charge("1", 1m, Noon), Charge("2", 2m, Noon.AddMinutes(14)), Charge("3", 4m, Noon.AddMinutes(15))]);

        var report = await Ledger.ReportAsync(new() { From = Noon.AddMinutes(3), To = Noon.AddMinutes(4) });

        (report.From, report.To, report.Amount).Should().Be((Noon, Noon.AddMinutes(15), 3m));
    }

    [Fact]
    public async Task Sums_beyond_64_bits_of_nanos_are_exact()
    {
        await Ledger.AppendAsync([.. Enumerable.Range(0, 5).Select(i => Charge($"{i}", 9_000_000_000.123456789m, Noon.AddHours(i)))]);

        (await Ledger.ReportAsync(Day with { GroupBy = ["user", "provider"] })).Amount.Should().Be(45_000_000_000.617283945m);
        (await Ledger.GetTotalAsync(new())).Amount.Should().Be(45_000_000_000.617283945m);
    }

    [Fact]
    public async Task Text_is_exact_and_quoted()
    {
        await Ledger.AppendAsync([Charge("1", 0.000000001m, user: "a,\"b\"\r\n"), Charge("2", 2m, user: "bob")]);

        var report = await Ledger.ReportAsync(Day with { GroupBy = ["user"], Interval = LedgerInterval.Day });

        report.ToCsv().Should().Be("user,interval,amount,count,rest,allocated\r\nbob,2026-03-10T00:00:00Z,2,1,0,0\r\n\"a,\"\"b\"\"\r\n\",2026-03-10T00:00:00Z,0.000000001,1,0,0\r\n");
        using var json = System.Text.Json.JsonDocument.Parse(report.ToJson());
        var row = json.RootElement.GetProperty("rows")[1];
        (row.GetProperty("user").GetString(), row.GetProperty("amount").GetString(), row.GetProperty("count").GetInt64(), row.GetProperty("interval").GetDateTimeOffset())
            .Should().Be(("a,\"b\"\r\n", "0.000000001", 1L, Noon.AddHours(-12)));
        json.RootElement.GetProperty("total").GetProperty("amount").GetString().Should().Be("2.000000001");
    }

    [Fact]
    public async Task The_rest_is_marked_in_both_texts_and_a_row_without_a_span_has_none()
    {
        await Ledger.AppendAsync([Charge("1", 1m), Charge("2", 2m, user: "bob"), Charge("3", 0.5m, user: "carol")]);

        var report = await Ledger.ReportAsync(Day with { GroupBy = ["user"], Top = 1 });

        report.ToCsv().Should().Be("user,interval,amount,count,rest,allocated\r\nbob,,2,1,0,0\r\n,,1.5,2,1,0\r\n");
        report.ToJson().Should().Be(
            """{"from":"2026-03-10T00:00:00+00:00","to":"2026-03-11T00:00:00+00:00","rows":[{"user":"bob","amount":"2","count":1,"allocated":"0"},"""
            + """{"user":null,"amount":"1.5","count":2,"allocated":"0","rest":true}],"total":{"amount":"3.5","count":3,"allocated":"0"}}""");
    }

    [Fact]
    public async Task Groups_of_the_same_amount_are_told_apart_by_their_calls_and_then_by_which_came_first()
    {
        static LedgerEntry Of(int i, decimal amount, string project, string user) => Charge($"{i}", amount, user: user, project: project, provider: "openai") with { Operation = $"operation-{user}" };
        await Ledger.AppendAsync([Of(1, 2m, "a", "z"), Of(2, 1m, "b", "y"), Of(3, 1m, "b", "y"), Of(4, 2m, "a", "x"), Of(5, 2m, "c", "w"), Of(6, 2m, "c", "v")]);

        async Task<IEnumerable<string>> TopAsync(int count, params string[] groups) =>
            (await Ledger.ReportAsync(Day with { GroupBy = groups, Top = count })).Rows.Where(row => !row.IsRest).Select(row => string.Join(' ', row.Names));

        (await TopAsync(1, "user")).Should().Equal("y");
        (await TopAsync(2, "user")).Should().Equal("y", "z");
        (await TopAsync(3, "user")).Should().Equal("x", "y", "z");
        (await TopAsync(2, "project", "user")).Should().Equal("a z", "b y");
        (await TopAsync(3, "project", "user")).Should().Equal("a x", "a z", "b y");
        (await TopAsync(2, "provider", "project", "user")).Should().Equal("openai a z", "openai b y");
        (await TopAsync(4, "provider", "project", "user")).Should().Equal("openai a x", "openai a z", "openai b y", "openai c w");
        (await TopAsync(2, "provider", "project", "model", "user")).Should().Equal("openai a  z", "openai b  y");
        (await TopAsync(4, "provider", "project", "model", "user")).Should().Equal("openai a  x", "openai a  z", "openai b  y", "openai c  w");
    }

    [Fact]
    public async Task A_span_without_anybody_named_has_a_row_and_one_where_everybody_is_has_none()
    {
        await Ledger.AppendAsync([Charge("1", 1m, Noon), Charge("2", 2m, Noon, user: null), Charge("3", 4m, Noon.AddHours(1)), Charge("4", 8m, Noon.AddHours(2), user: null), Charge("5", 0m, Noon.AddHours(3), user: null)]);

        var report = await Ledger.ReportAsync(Day with { GroupBy = ["user"], Interval = LedgerInterval.Hour });

        report.Rows.Select(row => (row.Interval!.Value.Hour, row.Names[0], row.Amount, row.Count)).Should().Equal((12, null, 2m, 1), (12, "alice", 1m, 1), (13, "alice", 4m, 1), (14, null, 8m, 1), (15, null, 0m, 1));
    }

    [Fact]
    public async Task Every_group_has_its_name_however_many_there_are()
    {
        await Ledger.AppendAsync([.. Enumerable.Range(0, 2_001).Select(i => Charge($"{i}", i, user: $"user-{i}"))]);

        var report = await Ledger.ReportAsync(Day with { GroupBy = ["user"] });

        report.Rows.Select(row => row.Names[0]).Should().Equal(Enumerable.Range(0, 2_001).Reverse().Select(i => $"user-{i}"));
    }

    [Fact]
    public async Task Questions_that_make_no_sense_are_refused()
    {
        await Ledger.AppendAsync([Charge("1", 1m)]);

        await Refused(Day with { To = Day.From }, "*before*");
        await Refused(Day with { GroupBy = ["usr"] }, "*usr*");
        await Refused(Day with { GroupBy = ["'; drop table ledger_entries; --"] }, "*GroupBy*");
        await Refused(Day with { Interval = LedgerInterval.Day, TimeZone = "Europe/Atlantis" }, "*Atlantis*");
        await Refused(Day with { Interval = (LedgerInterval)99 }, "*99*");
        await Refused(Day with { From = DateTimeOffset.UnixEpoch.AddDays(-1) }, "*1970*");
        FluentActions.Invoking(() => Day with { GroupBy = ["a", "b", "c", "d", "e"] }).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => Day with { GroupBy = ["a", "a"] }).Should().Throw<ArgumentException>();
        (Day with { Top = 1 }).Top.Should().Be(1);
        foreach (var column in new[] { "interval", "amount", "count", "rest", "allocated", "" })
            FluentActions.Invoking(() => Day with { GroupBy = ["user", column] }).Should().Throw<ArgumentException>(column);
        FluentActions.Invoking(() => Day with { GroupBy = null! }).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => Day with { GroupBy = [null!] }).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => Day with { Top = 0 }).Should().Throw<ArgumentOutOfRangeException>();
        (await Ledger.ReportAsync(Day with { From = DateTimeOffset.UnixEpoch, GroupBy = ["user", "project", "model", "operation"], Top = 1 })).Amount.Should().Be(1m);
        (await Ledger.ReportAsync(Day with { GroupBy = ["usr"], Partition = "acme" })).Rows.Should().BeEmpty("of one partition, a name of others is as one of nobody");
        (await Ledger.ReportAsync(Day with { GroupBy = ["feature"] })).Rows.Should().ContainSingle().Which.Names.Should().Equal([null]);
        (await Ledger.ReportAsync(Day with { Scopes = new Dictionary<string, string> { ["user"] = "nobody" } })).Rows.Should().BeEmpty();

        Task Refused(LedgerReportRequest request, string message) => FluentActions.Awaiting(async () => await Ledger.ReportAsync(request)).Should().ThrowAsync<ArgumentException>().WithMessage(message);
    }

    private static LedgerReportRequest Day => new() { From = Noon.AddHours(-12), To = Noon.AddHours(12) };

    private static LedgerEntry Random(Random random, int number, DateTimeOffset time)
    {
        var scopes = new Dictionary<string, string> { ["provider"] = $"provider-{random.Next(2)}" };
        foreach (var kind in Groups.Where(kind => kind is not ("provider" or "operation")))
        {
            if (random.Next(3) > 0)
                scopes[kind] = $"{kind}-{random.Next(4)}";
        }
        return new()
        {
            Kind = random.Next(4) switch { 0 => LedgerEntryKind.Charge, 1 => LedgerEntryKind.Spend, 2 => LedgerEntryKind.Commit, _ => LedgerEntryKind.Correction },
            OperationId = $"{number}",
            Time = time,
            Scopes = scopes,
            Operation = $"operation-{random.Next(3)}",
            AmountNanos = random.NextInt64(-1_000_000_000, 10_000_000_000),
        };
    }

    private static List<(string Names, DateTimeOffset? Interval, decimal Amount, long Count)> Expected(LedgerReportRequest request, LedgerEntry[] entries)
    {
        var calendar = request.Interval switch
        {
            LedgerInterval.Whole => null,
            LedgerInterval.Hour => PeriodCalendar.Of(BudgetPeriod.Hour, request.TimeZone),
            LedgerInterval.Day => PeriodCalendar.Of(BudgetPeriod.Day, request.TimeZone),
            LedgerInterval.Week => PeriodCalendar.Of(BudgetPeriod.Week, request.TimeZone),
            _ => PeriodCalendar.Of(BudgetPeriod.Month, request.TimeZone),
        };
        return [.. entries
            .Where(entry => entry.Time >= request.From && entry.Time < request.To && request.Scopes.All(scope => entry.Scopes.GetValueOrDefault(scope.Key) == scope.Value))
            .GroupBy(entry => (
                Names: string.Join('|', request.GroupBy.Select(kind => kind == "operation" ? entry.Operation : entry.Scopes.GetValueOrDefault(kind))),
                Interval: calendar is null ? (DateTimeOffset?)null : new DateTimeOffset(calendar.At(entry.Time).Start, TimeSpan.Zero)))
            .Select(group => (group.Key.Names, group.Key.Interval, group.Sum(entry => entry.Amount), group.LongCount(entry => entry.Kind != LedgerEntryKind.Correction)))];
    }

    private static (string Names, DateTimeOffset? Interval, decimal Amount, long Count) Key(LedgerReportRow row) => (string.Join('|', row.Names), row.Interval, row.Amount, row.Count);
}
