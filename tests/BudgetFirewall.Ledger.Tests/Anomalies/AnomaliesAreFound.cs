using System.Globalization;

namespace BudgetFirewall.Ledger.Tests.Anomalies;

/// <summary>Hours that are far from what is expected are found in a database, once, by whichever process looks.</summary>
public abstract class AnomaliesAreFound<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    /// <summary>A hundredth of a second past half past two on a Tuesday, in the hour that tests look at.</summary>
    private static readonly DateTimeOffset HalfPast = new(2026, 3, 10, 14, 30, 0, 10, TimeSpan.Zero);

    private static readonly DateTimeOffset Hour = new(2026, 3, 10, 14, 0, 0, TimeSpan.Zero);

    private int _operations;

    [Fact]
    public async Task A_burst_is_told_within_the_hour_with_what_was_expected_and_seen_and_told_once()
    {
        await WithWeeksAsync(Hour, 10m);
        await using var anomalies = Open();
        await SubscribeAsync(Ledger);
        Clock.MoveTo(HalfPast);

        await SpendAsync(40m, Hour.AddMinutes(10));
        (await anomalies.EvaluateAsync()).Should().BeEquivalentTo(new { HasRun = true, Found = 0, Scopes = 3L });
        await SpendAsync(40m, Hour.AddMinutes(20));
        (await anomalies.EvaluateAsync()).Should().BeEquivalentTo(new { HasRun = true, Found = 3 }, "all three scopes of the charges are far off");
        await SpendAsync(30m, Hour.AddMinutes(50));
        Clock.MoveTo(Hour.AddMinutes(65));
        (await anomalies.EvaluateAsync()).Should().BeEquivalentTo(new { Found = 0, EndedHours = 1 });

        var found = (await anomalies.ListAsync(new() { Scope = BudgetScope.User("alice") })).Anomalies.Should().ContainSingle().Subject;
        found.Should().BeEquivalentTo(new
        {
            Kind = AnomalyKind.Spend,
            Scope = BudgetScope.User("alice"),
            Hour,
            HourEnd = Hour.AddHours(1),
            FoundAt = HalfPast,
            Expected = 10m,
            Seen = 110m,
            Threshold = 46m,
            Distance = 16.666m,
            Growth = 1m,
            Basis = AnomalyBasis.Weeks,
            Samples = 8,
            BudgetId = (string?)null,
            Unit = (string?)null,
            Partition = (string?)null,
        });
        (await EventsAsync()).Should().HaveCount(3).And.AllSatisfy(e => e.Should().BeEquivalentTo(new { Type = BudgetEventTypes.Anomaly, Severity = BudgetEventSeverity.Warning, Time = HalfPast }));
        (await EventsAsync()).Single(e => e.Scope == BudgetScope.User("alice")).Data.Should().BeEquivalentTo(new
        {
            AnomalyId = found.Id.ToString(CultureInfo.InvariantCulture),
            Scope = "user=alice",
            PeriodStart = Hour,
            Until = Hour.AddHours(1),
            Expected = 10m,
            Seen = 80m,
            Distance = 11.666m,
            Basis = "weeks",
        });
        (await EventsAsync())[0].Text.Should().Contain("has spent 80 in the hour from 2026-03-10 14:00Z, where 10 was expected.");
    }

    [Fact]
    public async Task Quiet_hours_and_scopes_that_nothing_is_known_of_are_no_anomalies()
    {
        await WithWeeksAsync(Hour, 10m);
        await SpendAsync(45m, Hour, user: "alice");
        await SpendAsync(5_000m, Hour, user: "new", provider: "other");
        Clock.MoveTo(HalfPast);
        await using var anomalies = Open(options => options.Kinds = ["user"]);

        (await anomalies.EvaluateAsync()).Should().BeEquivalentTo(new { Found = 0, Scopes = 2L });

        (await anomalies.ExpectAsync(BudgetScope.User("new"), HalfPast)).Judgement.Should().Be(new AnomalyJudgement { Basis = AnomalyBasis.None, Seen = 5_000m });
        (await anomalies.ExpectAsync(BudgetScope.User("nobody"), HalfPast)).Judgement.Should().Be(new AnomalyJudgement { Basis = AnomalyBasis.None, Seen = 0m });
        var known = await anomalies.ExpectAsync(BudgetScope.User("alice"), HalfPast);
        known.Should().Be(new SpendExpectation(BudgetScope.User("alice"), Hour, Hour.AddHours(1), new() { Basis = AnomalyBasis.Weeks, Samples = 8, Seen = 45m, Expected = 10m, Threshold = 46m, Distance = 5.833m }));
        await FluentActions.Awaiting(async () => await anomalies.ExpectAsync(BudgetScope.Each("user"), HalfPast)).Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task Where_weeks_are_missing_the_last_day_is_looked_at()
    {
        for (var back = 1; back <= 12; back++)
            await SpendAsync(10m, Hour.AddHours(-back));
        await SpendAsync(61m, Hour);
        Clock.MoveTo(HalfPast);
        await using var anomalies = Open(options => options.Kinds = ["user"]);

        (await anomalies.EvaluateAsync()).Found.Should().Be(1);

        (await anomalies.ListAsync()).Anomalies.Single().Should().BeEquivalentTo(new { Basis = AnomalyBasis.LastDay, Samples = 12, Expected = 10m, Seen = 61m, Threshold = 46m });
    }

    [Fact]
    public async Task Two_processes_never_look_at_a_time_and_another_goes_on_where_one_has_died()
    {
        await WithWeeksAsync(Hour, 10m);
        await SpendAsync(100m, Hour);
        Clock.MoveTo(HalfPast);
        await using var ledger = Harness.Open(Clock);
        await using var dying = Open();
        var other = LedgerAnomalies.Open(ledger, timeProvider: Clock);

        (await dying.EvaluateAsync()).Found.Should().Be(3);
        (await other.EvaluateAsync()).Should().Be(new AnomalyEvaluation(HasRun: false, 0, 0, 0, 0));
        Clock.Advance(TimeSpan.FromMinutes(3));
        (await other.EvaluateAsync()).Should().BeEquivalentTo(new { HasRun = true, Found = 0 }, "the lease has ended, and what was found is known");
        (await dying.EvaluateAsync()).HasRun.Should().BeFalse();
        await other.DisposeAsync();
        (await dying.EvaluateAsync()).HasRun.Should().BeTrue("the lease was given back");
        (await dying.ListAsync()).Anomalies.Should().HaveCount(3);
    }

    [Fact]
    public async Task Hours_that_nobody_has_looked_at_are_caught_up_with_up_to_a_bound()
    {
        Clock.MoveTo(Hour);
        await using var anomalies = Open(options => (options.Kinds, options.CatchUpHours) = (["user"], 3));
        await WithWeeksAsync(Hour.AddHours(2), 10m);
        await WithWeeksAsync(Hour.AddHours(7), 10m);
        (await anomalies.EvaluateAsync()).Should().BeEquivalentTo(new { EndedHours = 0, PassedOverHours = 0 });
        await SpendAsync(100m, Hour.AddHours(2));
        await SpendAsync(100m, Hour.AddHours(7));

        Clock.MoveTo(Hour.AddHours(9).AddMinutes(10));
        (await anomalies.EvaluateAsync()).Should().BeEquivalentTo(new { EndedHours = 3, PassedOverHours = 6, Found = 1 }, "the hours from the third before the present one are looked at");
        (await anomalies.EvaluateAsync()).Should().BeEquivalentTo(new { EndedHours = 0, PassedOverHours = 0, Found = 0 });

        (await anomalies.ListAsync()).Anomalies.Should().ContainSingle().Which.Hour.Should().Be(Hour.AddHours(7));
    }

    [Fact]
    public async Task A_clock_that_was_far_ahead_does_not_keep_hours_from_being_looked_at()
    {
        await WithWeeksAsync(Hour, 10m);
        await SpendAsync(100m, Hour);
        Clock.SetTo(Hour.AddDays(400));
        await using var anomalies = Open();
        await anomalies.EvaluateAsync();
        Clock.SetTo(HalfPast);

        (await anomalies.EvaluateAsync()).Found.Should().Be(3);

        await SpendAsync(100m, Hour.AddMinutes(-30));
        Clock.SetTo(Hour.AddSeconds(-1));
        (await anomalies.EvaluateAsync()).Should().BeEquivalentTo(new { Found = 0, EndedHours = 0, Scopes = 0L }, "the hour before was looked at");
    }

    [Fact]
    public async Task Entries_that_come_late_are_seen_for_a_while()
    {
        Clock.MoveTo(HalfPast);
        await using var anomalies = Open(options => options.Kinds = ["user"]);
        await WithWeeksAsync(Hour, 10m);
        await anomalies.EvaluateAsync();

        Clock.MoveTo(Hour.AddMinutes(64));
        await SpendAsync(100m, HalfPast);
        (await anomalies.EvaluateAsync()).Should().BeEquivalentTo(new { EndedHours = 0, Found = 1 });
        Clock.MoveTo(Hour.AddMinutes(66));
        (await anomalies.EvaluateAsync()).EndedHours.Should().Be(1);
        await SpendAsync(100m, HalfPast.AddMinutes(1));
        (await anomalies.EvaluateAsync()).Should().BeEquivalentTo(new { EndedHours = 0, Found = 0 });

        (await anomalies.ListAsync()).Anomalies.Single().Seen.Should().Be(100m);
    }

    [Theory]
    [InlineData("Europe/Berlin", "2026-03-31T07:00:00Z", 1)]
    [InlineData("Europe/Berlin", "2026-10-27T08:00:00Z", -1)]
    [InlineData("Asia/Kathmandu", "2026-03-31T07:15:00Z", 0)]
    [InlineData("Australia/Lord_Howe", "2026-04-07T07:30:00Z", -0.5)]
    public async Task The_same_hour_of_another_week_is_the_same_on_the_clock(string timeZone, string time, double hoursLater)
    {
        var hour = DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);
        for (var week = 1; week <= 4; week++)
            await SpendAsync(10m, hour.AddDays(-7 * week).AddHours(hoursLater));
        await SpendAsync(100m, hour.AddMinutes(29));
        await using var anomalies = Open(options => options.TimeZone = timeZone);

        var expected = await anomalies.ExpectAsync(BudgetScope.User("alice"), hour.AddMinutes(10));

        expected.Should().BeEquivalentTo(new { Hour = hour, HourEnd = hour.AddHours(1), Judgement = new { Basis = AnomalyBasis.Weeks, Samples = 4, Expected = 10m, Seen = 100m, IsAnomaly = true } });
    }

    [Fact]
    public async Task An_hour_that_the_clock_has_skipped_in_another_week_is_no_sample_of_it()
    {
        // Half past two in the night, a week after Berlin's clock has gone from two to three.
        var hour = new DateTimeOffset(2026, 4, 5, 0, 30, 0, TimeSpan.Zero);
        await SpendAsync(10m, hour.AddDays(-7));
        for (var week = 2; week <= 5; week++)
            await SpendAsync(20m, hour.AddDays(-7 * week).AddHours(1));
        await using var anomalies = Open(options => options.TimeZone = "Europe/Berlin");

        (await anomalies.ExpectAsync(BudgetScope.User("alice"), hour)).Judgement.Should().BeEquivalentTo(new { Samples = 4, Expected = 20m });
    }

    [Fact]
    public async Task Each_of_many_scopes_is_looked_at_and_those_that_spend_little_are_not_read_further()
    {
        const int scopes = 2_300;
        await AppendAsync(Enumerable.Range(0, scopes).SelectMany(user => Enumerable.Range(1, 4).Select(week => Of($"user-{user}", 10m, Hour.AddDays(-7 * week)))));
        await AppendAsync(Enumerable.Range(0, scopes).Select(user => Of($"user-{user}", user % 1_000 == 7 ? 50m : user % 3 == 0 ? 0.5m : 12m, Hour.AddMinutes(user % 30))));
        Clock.MoveTo(HalfPast);
        await using var anomalies = Open(options => options.Kinds = ["user"]);

        (await anomalies.EvaluateAsync()).Should().BeEquivalentTo(new { Scopes = (long)scopes, Found = 3 });

        (await anomalies.ListAsync()).Anomalies.Select(found => found.Scope.Id).Should().BeEquivalentTo("user-7", "user-1007", "user-2007");
    }

    [Fact]
    public async Task Scopes_whose_rows_lie_far_apart_are_read_like_others()
    {
        await WithWeeksAsync(Hour, 10m);
        await AppendAsync(Enumerable.Range(0, 50).Select(user => Of($"between-{user}", 1_000m, Hour.AddDays(-7))));
        for (var week = 0; week <= 4; week++)
            await SpendAsync(week == 0 ? 60m : 20m, Hour.AddDays(-7 * week), user: "last");
        await SpendAsync(47m, Hour);
        Clock.MoveTo(HalfPast);
        await using var anomalies = Open(options => options.Kinds = ["user"]);

        (await anomalies.EvaluateAsync()).Should().BeEquivalentTo(new { Scopes = 2L, Found = 1 });

        (await anomalies.ListAsync()).Anomalies.Single().Should().BeEquivalentTo(new { Scope = BudgetScope.User("alice"), Expected = 10m });
    }

    [Fact]
    public async Task Any_dimension_and_the_operation_are_watched_where_they_are_asked_for_and_ids_are_data()
    {
        const string tenant = "a\0=b; drop table x --\u001a";
        for (var week = 0; week <= 4; week++)
            await AppendAsync([Of("alice", week == 0 ? 100m : 10m, Hour.AddDays(-7 * week)) with { Scopes = new Dictionary<string, string> { ["provider"] = "openai", ["tenant"] = tenant } }]);
        Clock.MoveTo(HalfPast);
        await using var anomalies = Open(options => options.Kinds = ["tenant", "operation", "nothing"]);

        (await anomalies.EvaluateAsync()).Found.Should().Be(2);

        (await anomalies.ListAsync()).Anomalies.Select(found => found.Scope).Should().BeEquivalentTo([BudgetScope.Of("tenant", tenant), BudgetScope.Of("operation", "chat")]);
        (await anomalies.ListAsync(new() { Scope = BudgetScope.Of("operation", "chat") })).Anomalies.Should().ContainSingle();
    }

    [Fact]
    public async Task What_was_found_is_listed_by_time_scope_and_kind_and_page_by_page()
    {
        await WithWeeksAsync(Hour, 10m);
        await WithWeeksAsync(Hour.AddHours(1), 10m);
        await using var anomalies = Open();
        foreach (var start in new[] { Hour, Hour.AddHours(1) })
        {
            await SpendAsync(100m, start);
            Clock.MoveTo(start.AddMinutes(1));
            await anomalies.EvaluateAsync();
        }

        var pages = new List<LedgerAnomaly>();
        for (string? cursor = null; ;)
        {
            var page = await anomalies.ListAsync(new() { Limit = 2, Cursor = cursor });
            pages.AddRange(page.Anomalies);
            if ((cursor = page.NextCursor) is null)
                break;
        }
        pages.Should().HaveCount(6).And.BeInDescendingOrder(found => found.Id).And.OnlyHaveUniqueItems(found => found.Id);
        (await anomalies.ListAsync(new() { From = Hour.AddHours(1) })).Anomalies.Should().HaveCount(3).And.OnlyContain(found => found.Hour == Hour.AddHours(1));
        (await anomalies.ListAsync(new() { To = Hour.AddHours(1) })).Anomalies.Should().HaveCount(3).And.OnlyContain(found => found.Hour == Hour);
        (await anomalies.ListAsync(new() { Scope = BudgetScope.Global })).Anomalies.Should().HaveCount(2);
        (await anomalies.ListAsync(new() { Scope = BudgetScope.User("nobody") })).Anomalies.Should().BeEmpty();
        (await anomalies.ListAsync(new() { Kind = AnomalyKind.BurnRate })).Anomalies.Should().BeEmpty();
        await FluentActions.Awaiting(async () => await anomalies.ListAsync(new() { Cursor = "x" })).Should().ThrowAsync<ArgumentException>();
        await FluentActions.Awaiting(async () => await anomalies.ListAsync(new() { From = Hour, To = Hour })).Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task What_is_old_is_removed()
    {
        await WithWeeksAsync(Hour, 10m);
        await SpendAsync(100m, Hour);
        Clock.MoveTo(HalfPast);
        await using var anomalies = Open(options => options.KeepFor = TimeSpan.FromDays(1));
        await anomalies.EvaluateAsync();
        (await anomalies.ListAsync()).Anomalies.Should().NotBeEmpty();

        Clock.Advance(TimeSpan.FromHours(25));
        await anomalies.EvaluateAsync();

        (await anomalies.ListAsync()).Anomalies.Should().BeEmpty();
    }

    [Fact]
    public async Task It_looks_by_itself_once_it_is_started()
    {
        await WithWeeksAsync(Hour, 10m);
        Clock.MoveTo(HalfPast);
        await using var anomalies = Open();
        anomalies.Start();
        anomalies.Start();
        await SpendAsync(100m, Hour);

        await PassUntilAsync(TimeSpan.FromSeconds(1), async () => (await anomalies.ListAsync()).Anomalies.Length == 3);
    }

    private LedgerAnomalies Open(Action<AnomalyOptions>? configure = null) => LedgerAnomalies.Open(Ledger, options =>
    {
        options.Kinds = ["user", "provider", "global"];
        configure?.Invoke(options);
    }, timeProvider: Clock);

    private async Task SubscribeAsync(ILedger ledger)
    {
        await using var events = LedgerEvents.Open(ledger, options => options.Delivers = false, Clock);
        await events.CreateAsync(new() { Id = "all", Url = "https://example.com/" });
    }

    private async Task<List<BudgetEvent>> EventsAsync()
    {
        var events = new List<BudgetEvent>();
        await using var connection = await Harness.ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "select e.body from ledger_events e join ledger_event_deliveries d on d.event_row = e.id order by e.id";
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            events.Add(BudgetEvent.FromJson(System.Text.Encoding.UTF8.GetBytes(reader.GetString(0))));
        return events;
    }

    private LedgerEntry Of(string user, decimal amount, DateTimeOffset time, string provider = "openai") => Charge($"op-{_operations++}", amount, time, user, provider: provider);

    private Task WithWeeksAsync(DateTimeOffset hour, decimal amount) => AppendAsync(Enumerable.Range(1, 8).Select(week => Of("alice", amount, hour.AddDays(-7 * week).AddMinutes(7 * week))));

    private Task SpendAsync(decimal amount, DateTimeOffset time, string user = "alice", string provider = "openai") => AppendAsync([Of(user, amount, time, provider)]);

    private async Task AppendAsync(IEnumerable<LedgerEntry> entries) => await Ledger.AppendAsync([.. entries]);
}
