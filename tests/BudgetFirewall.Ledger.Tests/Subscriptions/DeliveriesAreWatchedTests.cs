using BudgetFirewall.Ledger.Tests.Webhooks;
using BudgetFirewall.Redis.Servers;

namespace BudgetFirewall.Ledger.Tests.Subscriptions;

/// <summary>An operator learns of deliveries that fail and why, and a question that makes no sense is refused.</summary>
public sealed class DeliveriesAreWatchedTests : SubscriptionSuite<SqliteHarness>, IDisposable
{
    private readonly RecordingLogger _log = new();

    public void Dispose() => _log.Dispose();

    private IEnumerable<string> Told(int id) => _log.Entries.Where(entry => entry.Event == id).Select(entry => entry.Text);

    [Fact]
    public async Task Events_that_cannot_be_recorded_are_told_once_and_recorded_later()
    {
        await using var receiver = new Receiver();
        await using var events = Open(log: _log);
        await SubscribeAsync(events, receiver);
        for (var time = 1; time <= 2; time++)
        {
            await ExecuteAsync("alter table ledger_events rename to away");
            await events.SendAsync(Event($"{time}"), default);
            await WaitUntilAsync(() => Task.FromResult(Told(740).Count() == time));
            await Clock.PassAsync(TimeSpan.FromSeconds(1));
            await ExecuteAsync("alter table away rename to ledger_events");
            await PassAsync(TimeSpan.FromSeconds(1), () => Task.FromResult(receiver.Deliveries.Count == time));
        }

        Told(740).Should().HaveCount(2).And.OnlyContain(text => text.Contains("1 wait"));
        await events.DisposeAsync();
        Told(741).Should().BeEmpty();
    }

    [Fact]
    public async Task Events_that_were_never_recorded_are_told_as_lost_when_all_is_closed()
    {
        var events = Open(log: _log);
        await events.CreateAsync(new() { Id = "a", Url = "https://example.com/" });
        await ExecuteAsync("drop table ledger_events");
        await events.SendAsync(Event("1"), default);
        await events.SendAsync(Event("2"), default);

        await events.DisposeAsync();
        await events.DisposeAsync();

        Told(741).Should().ContainSingle().Which.Should().Contain("2 events");
    }

    [Fact]
    public async Task Work_that_fails_is_told_and_tried_again()
    {
        await using var receiver = new Receiver();
        await using var events = Open(log: _log);
        await SubscribeAsync(events, receiver);
        await ExecuteAsync("alter table ledger_event_subscriptions rename to away");
        await PassUntilAsync(TimeSpan.FromSeconds(1), () => Told(742).Any());
        await FluentActions.Awaiting(() => events.ListAsync().AsTask()).Should().ThrowAsync<LedgerException>().WithMessage("Subscriptions cannot be read or written*");
        await ExecuteAsync("alter table away rename to ledger_event_subscriptions");

        await events.SendAsync(Event(), default);

        await PassAsync(TimeSpan.FromSeconds(1), () => Task.FromResult(receiver.Deliveries.Count == 1));
    }

    [Fact]
    public async Task What_was_given_up_is_told_with_its_event_its_subscription_and_why()
    {
        await using var receiver = new Receiver(_ => Receiver.Status("410 Gone"));
        await using var events = Open(log: _log);
        var subscription = await SubscribeAsync(events, receiver, new() { Id = "ops\n", Url = "" });
        var e = Event();

        await events.SendAsync(e, default);

        await WaitUntilAsync(() => Task.FromResult(Told(744).Any()));
        Told(743).Should().Equal($"The event {e.Id} was given up for the subscription 'ops\\u000A' after 1 attempts: The receiver has answered 410.");
        Told(744).Should().ContainSingle().Which.Should().Contain("'ops\\u000A'");
        subscription.Id.Should().Be("ops\n");
        (await OnlyDeliveryAsync(events, subscription)).Should().BeEquivalentTo(new { State = EventDeliveryState.GivenUp, Attempts = 1, LastStatus = 410, NextAttemptAt = (DateTimeOffset?)null, EndedAt = Noon });
    }

    [Fact]
    public async Task A_secret_that_cannot_be_read_is_told_and_nothing_is_delivered_for_a_minute()
    {
        await using var receiver = new Receiver();
        await using var events = Open(log: _log);
        await SubscribeAsync(events, receiver, new() { Id = "ops", Url = "" });
        await ExecuteAsync("update ledger_event_subscriptions set secret = 'protected:' || secret");
        await events.SendAsync(Event(), default);
        await WaitUntilAsync(() => Task.FromResult(Told(745).Any()));
        await ExecuteAsync("update ledger_event_subscriptions set secret = substr(secret, 11)");
        var since = Clock.GetUtcNow();

        await PassAsync(TimeSpan.FromSeconds(2), () => Task.FromResult(receiver.Deliveries.Count == 1));

        (Clock.GetUtcNow() - since).Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(58)).And.BeLessThan(TimeSpan.FromSeconds(80));
        Told(745).Should().ContainSingle().Which.Should().Contain("'ops'");
    }

    [Theory]
    [InlineData(600, 600, 620)]
    [InlineData(200_000, 86_390, 86_520)]
    public async Task A_receiver_that_asks_for_more_than_some_minutes_holds_all_up_for_so_long_and_a_day_at_most(int asked, int least, int most)
    {
        var times = new List<DateTimeOffset>();
        await using var receiver = new Receiver(_ =>
        {
            times.Add(Clock.GetUtcNow());
            return times.Count == 1 ? Receiver.Status("503 Service Unavailable", $"Retry-After: {asked}") : Receiver.Status("200 OK");
        });
        await using var events = Open();
        await SubscribeAsync(events, receiver);
        await events.SendAsync(Event("1"), default);
        await HearAsync(receiver, 1);
        await events.SendAsync(Event("2"), default);

        await PassAsync(TimeSpan.FromSeconds(asked > 1_000 ? 120 : 10), () => Task.FromResult(times.Count == 3));

        times.Skip(1).Should().OnlyContain(time => (time - times[0]).TotalSeconds >= least && (time - times[0]).TotalSeconds <= most);
    }

    [Fact]
    public async Task A_sender_of_mail_that_does_not_end_has_so_much_time_and_no_more()
    {
        await using var events = Open(options =>
        {
            options.EmailSender = new Hanging();
            options.Webhooks.Timeout = TimeSpan.FromSeconds(1);
        });
        var created = await events.CreateAsync(new() { Url = "mailto:ops@example.com", Kind = EventSubscriptionKind.Email });

        await events.SendAsync(Event(), default);

        await WaitUntilAsync(async () => (await events.ListDeliveriesAsync(created!.Subscription.Id)).Deliveries is [{ Attempts: 1 }]);
        (await OnlyDeliveryAsync(events, created!.Subscription)).LastError.Should().Be("The message was not sent in time.");
    }

    [Fact]
    public async Task A_question_that_makes_no_sense_is_refused()
    {
        await using var events = Open();
        await events.CreateAsync(new() { Id = "a", Url = "https://example.com/" });

        events.Name.Should().Be("subscriptions");
        foreach (var overlap in new[] { TimeSpan.FromTicks(-1), TimeSpan.FromDays(30) + TimeSpan.FromTicks(1) })
            await FluentActions.Awaiting(() => events.RotateSecretAsync("a", overlap).AsTask()).Should().ThrowAsync<ArgumentOutOfRangeException>();
        foreach (var overlap in new[] { TimeSpan.Zero, TimeSpan.FromDays(30) })
            (await events.RotateSecretAsync("a", overlap)).Should().NotBeNull();
        foreach (var count in new[] { 0, 1_001 })
            await FluentActions.Awaiting(() => events.ListDeliveriesAsync("a", count: count).AsTask()).Should().ThrowAsync<ArgumentOutOfRangeException>();
        foreach (var count in new[] { 1, 1_000 })
            (await events.ListDeliveriesAsync("a", count: count)).Deliveries.Should().BeEmpty();
        foreach (var cursor in new[] { "", "x", "-1", " 1" })
            await FluentActions.Awaiting(() => events.ListDeliveriesAsync("a", cursor: cursor).AsTask()).Should().ThrowAsync<ArgumentException>(cursor);
        await FluentActions.Awaiting(() => events.SendAsync(null!, default).AsTask()).Should().ThrowAsync<ArgumentNullException>();
        await FluentActions.Awaiting(() => events.CreateAsync(null!).AsTask()).Should().ThrowAsync<ArgumentNullException>();
        await FluentActions.Awaiting(() => events.UpdateAsync(null!).AsTask()).Should().ThrowAsync<ArgumentNullException>();
        await FluentActions.Awaiting(() => events.FindAsync(null!).AsTask()).Should().ThrowAsync<ArgumentNullException>();
        await FluentActions.Awaiting(() => events.RotateSecretAsync(null!).AsTask()).Should().ThrowAsync<ArgumentNullException>();
        await FluentActions.Awaiting(() => events.ListDeliveriesAsync(null!).AsTask()).Should().ThrowAsync<ArgumentNullException>();
        await FluentActions.Awaiting(() => events.RedeliverAsync(null!, 1).AsTask()).Should().ThrowAsync<ArgumentNullException>();
        FluentActions.Invoking(() => Open(options => options.Subscriptions.Add(new(new() { Id = "b", Url = "https://example.com/" }, Secret: null)))).Should().Throw<ArgumentException>().WithMessage("*'b' has no secret*");
        FluentActions.Invoking(() => LedgerEvents.Open(null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => LedgerEvents.Open(new AwayLedger())).Should().Throw<ArgumentException>().WithMessage("*AwayLedger*");
    }

    [Fact]
    public void What_no_subscription_can_be_is_refused()
    {
        var one = new EventSubscription { Url = "" };
        string[] Many(int count, string text) => [.. Enumerable.Range(0, count).Select(i => $"{text}{i}")];

        one.Id.Should().MatchRegex("^sub_[0-9a-f]{16}$");
        (one with { Id = new string('x', 256), Name = new string('x', 256), Types = [.. Many(100, "t")], Scopes = [.. Many(100, "user=")] }).Types.Should().HaveCount(100);
        (one with { Types = default, Scopes = default, Name = null }).Should().Be(one);
        FluentActions.Invoking(() => one with { Id = "" }).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => one with { Id = new string('x', 257) }).Should().Throw<ArgumentException>().WithMessage("Id has 1 to 256 characters.*");
        FluentActions.Invoking(() => one with { Name = "" }).Should().Throw<ArgumentException>().WithMessage("Name *");
        FluentActions.Invoking(() => one with { Kind = (EventSubscriptionKind)9 }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => one with { Types = [.. Many(101, "t")] }).Should().Throw<ArgumentException>().WithMessage("Types has at most 100*");
        FluentActions.Invoking(() => one with { Scopes = [.. Many(101, "user=")] }).Should().Throw<ArgumentException>().WithMessage("Scopes has at most 100*");
        FluentActions.Invoking(() => one with { Scopes = [null!] }).Should().Throw<ArgumentException>();
        EventSubscription[] others =
        [
            one with { Id = "a" }, one with { Name = "a" }, one with { Kind = EventSubscriptionKind.Chat }, one with { Url = "a" }, one with { Types = ["a"] }, one with { Scopes = ["global"] }, one with { IsActive = false },
            one with { DisabledReason = "a" }, one with { CreatedAt = Noon },
        ];
        others.Should().NotContain(one).And.OnlyHaveUniqueItems();
        ((one with { Types = [] }).GetHashCode() == one.GetHashCode(), one.Equals(null)).Should().Be((true, false));
    }

    [Fact]
    public async Task A_change_that_cannot_be_understood_is_an_entry_and_tells_nothing()
    {
        await using var events = Open(options => options.Delivers = false);
        await events.CreateAsync(new() { Id = "a", Url = "https://example.com/" });
        LedgerEntry Of(LedgerEntryKind kind, string operation, string after) => new() { Kind = kind, OperationId = operation, Time = Noon, After = after };

        (await Ledger.AppendAsync(
        [
            Of(LedgerEntryKind.BudgetChange, "1", "no JSON"), Of(LedgerEntryKind.BudgetChange, "2", "{}"), Of(LedgerEntryKind.RateLimitChange, "3", "{}"), Of(LedgerEntryKind.RateLimitChange, "4", """{"s":"alice"}"""),
            Of(LedgerEntryKind.RateLimitChange, "5", """{"s":1}"""), Of(LedgerEntryKind.ApprovalChange, "6", """{"state":"Asleep"}"""), Of(LedgerEntryKind.ApprovalChange, "7", """{"state":"Pending","needed":"much"}"""),
            Of(LedgerEntryKind.RateLimitChange, "good", """{"s":"user=alice"}"""),
        ])).Should().Be(8);

        (await events.ListDeliveriesAsync("a")).Deliveries.Should().ContainSingle().Which.EventType.Should().Be(BudgetEventTypes.RateLimitChanged);
    }

    private sealed class Hanging : IEmailSender
    {
        public async ValueTask SendAsync(EmailMessage message, CancellationToken cancellationToken) => await Task.Delay(Timeout.Infinite, CancellationToken.None);
    }
}
