namespace BudgetFirewall.Ledger.Tests.Alerts;

/// <summary>Alerts are made of events by rules, grouped, counted, acknowledged and resolved, wherever they are kept.</summary>
public abstract class AlertsAreMade<THarness> : AlertSuite<THarness> where THarness : ILedgerHarness, new()
{
    [Fact]
    public async Task An_event_of_a_rule_opens_an_alert_and_the_next_ones_of_its_group_are_counted()
    {
        await using var process = StartWith(new() { Name = "denials", Types = [BudgetEventTypes.Denied] });
        for (var i = 0; i < 5; i++)
            process.Raise(Event(BudgetEventTypes.Denied, "b", BudgetScope.User("alice"), new() { BudgetId = "b", Outcome = "budget_exceeded", Count = 3 }));
        process.Raise(Event(BudgetEventTypes.Throttled));

        var alert = await OnlyAsync(process, only => only.Count == 5);

        (alert.State, alert.Severity, alert.Rule, alert.OpenedAt, alert.Event.Scope).Should().Be((AlertState.Open, BudgetEventSeverity.Warning, "denials", Noon, BudgetScope.User("alice")));
        alert.Id.Should().StartWith("alr_");
        await HearAsync(() => process.Opened.Count, 1);
        var told = process.Opened.Should().ContainSingle().Subject;
        (told.Subject, told.Scope, told.Severity, told.Data.AlertId, told.Data.Rule).Should().Be((alert.Id, alert.Event.Scope, BudgetEventSeverity.Warning, alert.Id, "denials"));
        (told.Data.EventType, told.Data.Outcome, told.Text).Should().Be((BudgetEventTypes.Denied, "budget_exceeded", "Alert: 3 requests were denied (budget_exceeded) by 'b' for user=alice."));
        (await process.Alerts.FindAsync(alert.Id)).Should().BeEquivalentTo(alert);
        (await process.Alerts.FindAsync("alr_none")).Should().BeNull();
    }

    [Theory]
    [InlineData(4, new[] { AlertGrouping.Type, AlertGrouping.Subject, AlertGrouping.Scope, AlertGrouping.Partition })]
    [InlineData(3, new[] { AlertGrouping.Scope })]
    [InlineData(2, new[] { AlertGrouping.ScopeKind })]
    [InlineData(2, new[] { AlertGrouping.Type })]
    [InlineData(1, new AlertGrouping[0])]
    public async Task Events_are_put_together_by_what_the_rule_says(int alerts, AlertGrouping[] grouping)
    {
        await using var process = StartWith(new() { Name = "all", GroupBy = grouping });
        process.Raise(Threshold(BudgetScope.User("alice")));
        process.Raise(Threshold(BudgetScope.User("bob")));
        process.Raise(Threshold(BudgetScope.Project("search")));
        process.Raise(Event(BudgetEventTypes.Overrun, "b", BudgetScope.User("alice")));

        await WaitUntilAsync(async () => (await process.ListAsync()).Sum(alert => alert.Count) == 4);

        (await process.ListAsync()).Should().HaveCount(alerts);
    }

    [Fact]
    public async Task A_rule_chooses_by_type_scope_severity_and_threshold()
    {
        await using var process = Start(options =>
        {
            options.Rules.Add(new() { Name = "users", Scopes = ["each:user", "project=search"], Types = [BudgetEventTypes.ThresholdCrossed], Above = 0.9m });
            options.Rules.Add(new() { Name = "errors", MinSeverity = BudgetEventSeverity.Error });
            options.Rules.Add(new() { Name = "changes", Types = [BudgetEventTypes.BudgetChanged], Severity = BudgetEventSeverity.Error });
        });
        process.Raise(Threshold(BudgetScope.User("alice"), 0.8m));
        process.Raise(Threshold(BudgetScope.User("alice"), 0.9m));
        process.Raise(Threshold(BudgetScope.Project("search"), 1m));
        process.Raise(Threshold(BudgetScope.Project("other"), 1m));
        process.Raise(Event(BudgetEventTypes.DataLost, "store"));
        process.Raise(Event(BudgetEventTypes.BudgetChanged));

        await WaitUntilAsync(async () => (await process.ListAsync()).Count >= 4);

        (await process.ListAsync()).Select(alert => (alert.Rule, alert.Event.Subject, alert.Event.Scope?.ToString(), alert.Severity)).Should().BeEquivalentTo([
            ("users", "b", "user=alice", BudgetEventSeverity.Warning),
            ("users", "b", "project=search", BudgetEventSeverity.Warning),
            ("errors", "store", null, BudgetEventSeverity.Error),
            ("changes", "s", (string?)null, BudgetEventSeverity.Error),
        ]);
        (await process.ListAsync()).Should().AllSatisfy(alert => alert.Count.Should().Be(1));
        await HearAsync(() => process.Opened.Count, 4);
        process.Opened.Single(e => e.Data.Rule == "changes").Severity.Should().Be(BudgetEventSeverity.Error);
    }

    [Fact]
    public async Task An_alert_is_acknowledged_once_and_stays_so_when_its_event_comes_again()
    {
        await using var process = Start();
        process.Raise(Event(BudgetEventTypes.DataLost, "store"));
        var alert = await OnlyAsync(process);
        Clock.Advance(TimeSpan.FromSeconds(10));

        var acknowledged = await process.Alerts.AcknowledgeAsync(alert.Id, by: "carol", note: "I look");
        await process.Alerts.AcknowledgeAsync(alert.Id, by: "dave");
        process.Raise(Event(BudgetEventTypes.DataLost, "store"));

        acknowledged.Should().BeEquivalentTo(alert with { State = AlertState.Acknowledged, AcknowledgedAt = Noon.AddSeconds(10), AcknowledgedBy = "carol", Note = "I look" });
        var later = await OnlyAsync(process, only => only.Count == 2);
        (later.State, later.AcknowledgedBy).Should().Be((AlertState.Acknowledged, "carol"));
        (await process.ListAsync(AlertState.Open)).Should().BeEmpty();
        (await process.ListAsync(AlertState.Acknowledged)).Should().ContainSingle();
        (await process.Alerts.AcknowledgeAsync("alr_none")).Should().BeNull();
        await process.Alerts.Awaiting(alerts => alerts.AcknowledgeAsync(alert.Id, by: "").AsTask()).Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task An_alert_whose_cause_does_not_end_is_resolved_by_hand()
    {
        await using var process = Start();
        process.Raise(Event(BudgetEventTypes.DataLost, "store"));
        var alert = await OnlyAsync(process);
        Clock.Advance(TimeSpan.FromDays(2));
        await process.Alerts.LookAsync();
        (await OnlyAsync(process)).State.Should().Be(AlertState.Open);

        var resolved = await process.Alerts.ResolveAsync(alert.Id, by: "carol");
        await process.Alerts.ResolveAsync(alert.Id, by: "dave");

        (resolved!.State, resolved.ResolvedBy, resolved.ResolvedAt, resolved.Resolution).Should().Be((AlertState.Resolved, "carol", Clock.GetUtcNow(), "It was resolved by hand."));
        (await OnlyAsync(process)).ResolvedBy.Should().Be("carol");
        await HearAsync(() => process.Resolved.Count, 1);
        (process.Resolved.Single().Data.AlertId, process.Resolved.Single().Data.By, process.Resolved.Single().Severity).Should().Be((alert.Id, "carol", BudgetEventSeverity.Information));
        (await process.Alerts.AcknowledgeAsync(alert.Id))!.State.Should().Be(AlertState.Resolved);
    }

    [Fact]
    public async Task A_store_that_is_back_resolves_that_it_was_away()
    {
        await using var process = Start();
        process.Raise(Event(BudgetEventTypes.StoreAway, "store", data: new() { Cause = "gone" }));
        process.Raise(Event(BudgetEventTypes.DataLost, "store"));
        await WaitUntilAsync(async () => (await process.ListAsync(AlertState.Open)).Count == 2);

        process.Raise(Event(BudgetEventTypes.StoreBack, "store"));

        await WaitUntilAsync(async () => (await process.ListAsync(AlertState.Resolved)).Count == 1);
        (await process.ListAsync(AlertState.Resolved)).Single().Event.Type.Should().Be(BudgetEventTypes.StoreAway);
        await HearAsync(() => process.Resolved.Count, 1);
        process.Resolved.Single().Text.Should().Be("Resolved: The store does not answer: gone The store answers again.");
    }

    [Fact]
    public async Task A_store_that_nobody_says_to_be_back_is_found_to_answer()
    {
        await using var process = Start();
        process.Raise(Event(BudgetEventTypes.StoreAway, "store"));
        await OnlyAsync(process);
        await process.Alerts.LookAsync();
        (await OnlyAsync(process)).State.Should().Be(AlertState.Open, "it went a moment ago");
        Clock.Advance(TimeSpan.FromMinutes(5));

        await process.Alerts.LookAsync();

        (await OnlyAsync(process)).Resolution.Should().Be("The store answers.");
    }

    [Fact]
    public async Task An_approval_that_is_answered_resolves_that_it_was_asked_for()
    {
        await using var process = Start(configure: options => options.Budgets.Add(Daily(BudgetScope.Each("user")) with { Enforcement = Enforcement.Escalate }));
        var asked = (await process.Firewall.TrySpendAsync(By("alice", 20m))).ApprovalIds.Single();
        await process.Firewall.TrySpendAsync(By("bob", 20m));
        await WaitUntilAsync(async () => (await process.ListAsync(AlertState.Open)).Count == 2);

        await process.Firewall.Approvals.ApproveAsync(asked, 20m, by: "carol");

        await WaitUntilAsync(async () => (await process.ListAsync(AlertState.Resolved)).Count == 1);
        (await process.ListAsync(AlertState.Resolved)).Single().Event.Subject.Should().Be(asked);
        (await process.ListAsync(AlertState.Open)).Single().Event.Scope.Should().Be(BudgetScope.User("bob"));
        Clock.Advance(TimeSpan.FromHours(13));
        await process.Alerts.LookAsync();
        (await process.ListAsync(AlertState.Open)).Should().BeEmpty("the time of the other one is over");
    }

    [Fact]
    public async Task What_ends_without_anybody_seeing_it_is_resolved_when_it_has_not_come_again()
    {
        await using var process = StartWith(new() { Name = "denials", Types = [BudgetEventTypes.Denied], ResolveAfter = TimeSpan.FromMinutes(30) });
        process.Raise(Event(BudgetEventTypes.Denied, "r"));
        await OnlyAsync(process);
        Clock.Advance(TimeSpan.FromMinutes(20));
        process.Raise(Event(BudgetEventTypes.Denied, "r"));
        await OnlyAsync(process, only => only.Count == 2);
        Clock.Advance(TimeSpan.FromMinutes(20));
        await process.Alerts.LookAsync();
        (await OnlyAsync(process)).State.Should().Be(AlertState.Open);

        Clock.Advance(TimeSpan.FromMinutes(10));
        await process.Alerts.LookAsync();

        (await OnlyAsync(process)).Resolution.Should().Be("It has not come again.");
    }

    [Fact]
    public async Task Alerts_are_listed_page_by_page_the_latest_first()
    {
        await using var process = StartWith(new() { Name = "all" });
        for (var i = 0; i < 7; i++)
            process.Raise(Event(BudgetEventTypes.Overrun, $"{i}"));
        await WaitUntilAsync(async () => (await process.ListAsync()).Count == 7);

        var pages = new List<IReadOnlyList<Alert>>();
        for (string? cursor = null; pages.Count == 0 || cursor is not null;)
        {
            var page = await process.Alerts.ListAsync(AlertState.Open, count: 3, cursor);
            pages.Add(page.Alerts);
            cursor = page.NextCursor;
        }

        pages.Select(page => page.Count).Should().Equal(3, 3, 1);
        pages.SelectMany(page => page).Select(alert => alert.Event.Subject).Should().Equal("6", "5", "4", "3", "2", "1", "0");
        await process.Alerts.Awaiting(alerts => alerts.ListAsync(cursor: "x").AsTask()).Should().ThrowAsync<ArgumentException>();
        await process.Alerts.Awaiting(alerts => alerts.ListAsync(count: 0).AsTask()).Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task What_is_beyond_the_most_open_alerts_of_a_rule_is_counted_in_one_more()
    {
        await using var process = StartWith(new() { Name = "all" }, options => options.MaxOpen = 3);
        for (var i = 0; i < 10; i++)
            process.Raise(Event(BudgetEventTypes.Overrun, $"{i}"));

        await WaitUntilAsync(async () => (await process.ListAsync()).Sum(alert => alert.Count) == 10);

        (await process.ListAsync()).Select(alert => alert.Count).Should().Equal(7, 1, 1, 1);
    }

    [Fact]
    public async Task Resolved_alerts_are_removed_when_they_are_old()
    {
        await using var process = Start(options => options.KeepFor = TimeSpan.FromHours(2));
        process.Raise(Event(BudgetEventTypes.StoreAway, "store"));
        process.Raise(Event(BudgetEventTypes.StoreBack, "store"));
        process.Raise(Event(BudgetEventTypes.DataLost, "store"));
        await WaitUntilAsync(async () => (await process.ListAsync()).Count == 2);

        await PassUntilAsync(TimeSpan.FromMinutes(30), async () => (await process.ListAsync()).Count == 1);

        (await process.ListAsync()).Single().Event.Type.Should().Be(BudgetEventTypes.DataLost);
    }
}
