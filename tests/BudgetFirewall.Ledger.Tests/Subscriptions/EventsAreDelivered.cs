using System.Text;
using BudgetFirewall.Ledger.Tests.Webhooks;

namespace BudgetFirewall.Ledger.Tests.Subscriptions;

/// <summary>P15, told: what was recorded reaches each subscription at least once, signed and in order, or is listed as given up.</summary>
public abstract class EventsAreDelivered<THarness> : SubscriptionSuite<THarness> where THarness : ILedgerHarness, new()
{
    [Fact]
    public async Task An_event_reaches_each_subscription_that_wants_to_hear_of_it_once_and_signed()
    {
        await using var everything = new Receiver();
        await using var overruns = new Receiver();
        await using var users = new Receiver();
        await using var events = Open();
        await SubscribeAsync(events, everything);
        await SubscribeAsync(events, overruns, new() { Url = "", Types = [BudgetEventTypes.Overrun] });
        await SubscribeAsync(events, users, new() { Url = "", Scopes = ["each:user", "project=search"] });
        BudgetEvent[] all = [Event("1"), Event("2", BudgetEventTypes.StoreAway), Event("3", BudgetEventTypes.StoreAway, BudgetScope.User("alice")), Event("4", scope: BudgetScope.Project("search")), Event("5", scope: BudgetScope.Project("other"))];

        foreach (var e in all)
            await events.SendAsync(e, default);

        await HearAsync(everything, 5);
        await HearAsync(overruns, 3);
        await HearAsync(users, 2);
        everything.Deliveries.Select(got => got.Id).Should().Equal(all.Select(e => e.Id));
        overruns.Deliveries.Select(got => got.Id).Should().Equal(all[0].Id, all[3].Id, all[4].Id);
        users.Deliveries.Select(got => got.Id).Should().Equal(all[2].Id, all[3].Id);
        everything.Deliveries.Should().AllSatisfy(got => got.IsSignedBy(Secret, Clock.GetUtcNow()).Should().BeTrue());
        everything.Deliveries.First().Body.Should().Equal(all[0].ToJson());
    }

    [Fact]
    public async Task Events_arrive_in_their_order_and_are_listed_as_delivered()
    {
        await using var receiver = new Receiver();
        await using var events = Open();
        var subscription = await SubscribeAsync(events, receiver);
        for (var i = 0; i < 150; i++)
            await events.SendAsync(Event($"{i}"), default);

        await HearAsync(receiver, 150);

        receiver.Deliveries.Select(got => BudgetEvent.FromJson(got.Body).Subject).Should().Equal(Enumerable.Range(0, 150).Select(i => $"{i}"));
        await WaitUntilAsync(async () => (await events.ListDeliveriesAsync(subscription.Id, EventDeliveryState.Delivered, 1_000)).Deliveries.Count == 150);
        var first = await events.ListDeliveriesAsync(subscription.Id, count: 100);
        var second = await events.ListDeliveriesAsync(subscription.Id, count: 100, cursor: first.NextCursor);
        (first.Deliveries.Count, second.Deliveries.Count, second.NextCursor).Should().Be((100, 50, null));
        first.Deliveries.Concat(second.Deliveries).Select(delivery => delivery.Id).Should().BeInDescendingOrder().And.OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task A_process_whose_claim_runs_out_while_it_delivers_sends_nothing_twice()
    {
        using var isAnswering = new ManualResetEventSlim();
        await using var receiver = new Receiver(_ =>
        {
            isAnswering.Wait(TimeSpan.FromMinutes(1));
            return Receiver.Status("204 No Content");
        });
        // So long that no attempt ends by itself.
        await using var events = Open(options => options.Webhooks.Timeout = TimeSpan.FromMinutes(1));
        var subscription = await SubscribeAsync(events, receiver);
        foreach (var subject in (string[])["1", "2", "3"])
            await events.SendAsync(Event(subject), default);
        await HearAsync(receiver, 1);
        var first = await ClaimAsync();

        Clock.Advance(TimeSpan.FromMinutes(10));
        await PassUntilAsync(TimeSpan.FromSeconds(1), async () => await ClaimAsync() > first);
        isAnswering.Set();
        await WaitUntilAsync(async () => (await events.ListDeliveriesAsync(subscription.Id, EventDeliveryState.Delivered)).Deliveries.Count == 3);

        receiver.Deliveries.Select(got => BudgetEvent.FromJson(got.Body).Subject).Should().Equal("1", "2", "3");

        Task<long> ClaimAsync() => CountAsync("max(claimed_until_us) from ledger_event_subscriptions");
    }

    [Fact]
    public async Task A_failure_is_tried_again_as_the_schedule_says()
    {
        var answers = 0;
        var times = new List<DateTimeOffset>();
        await using var receiver = new Receiver(_ =>
        {
            times.Add(Clock.GetUtcNow());
            return Receiver.Status(++answers <= 2 ? "500 Internal Server Error" : "200 OK");
        });
        await using var events = Open();
        var subscription = await SubscribeAsync(events, receiver);
        await events.SendAsync(Event(), default);

        await HearAsync(receiver, 1);
        var second = await PlannedAsync(events, subscription, attempts: 1);
        await PassAsync(TimeSpan.FromSeconds(2), () => Task.FromResult(receiver.Deliveries.Count == 2));
        var third = await PlannedAsync(events, subscription, attempts: 2);
        await PassAsync(TimeSpan.FromSeconds(2), () => Task.FromResult(receiver.Deliveries.Count == 3));
        await WaitUntilAsync(async () => (await OnlyDeliveryAsync(events, subscription)).State == EventDeliveryState.Delivered);

        (second - times[0]).Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(5)).And.BeLessThan(TimeSpan.FromSeconds(6));
        (third - times[1]).Should().BeGreaterThanOrEqualTo(TimeSpan.FromMinutes(5)).And.BeLessThan(TimeSpan.FromMinutes(6));
        (times[1], times[2]).Should().Match<(DateTimeOffset Second, DateTimeOffset Third)>(made => made.Second >= second && made.Third >= third);
        var delivery = await OnlyDeliveryAsync(events, subscription);
        (delivery.Attempts, delivery.LastStatus, delivery.LastError, delivery.NextAttemptAt).Should().Be((3, 200, null, null));
        receiver.Deliveries.Select(got => got.Id).Distinct().Should().ContainSingle();
    }

    [Fact]
    public async Task A_receiver_that_asks_to_be_left_alone_is()
    {
        var times = new List<DateTimeOffset>();
        await using var receiver = new Receiver(_ =>
        {
            times.Add(Clock.GetUtcNow());
            return times.Count == 1 ? Receiver.Status("429 Too Many Requests", "Retry-After: 120") : Receiver.Status("200 OK");
        });
        await using var events = Open();
        await SubscribeAsync(events, receiver);
        await events.SendAsync(Event("1"), default);
        await HearAsync(receiver, 1);
        await events.SendAsync(Event("2"), default);

        await PassAsync(TimeSpan.FromSeconds(5), () => Task.FromResult(times.Count == 3));

        (times[1] - times[0]).Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(120));
        receiver.Deliveries.Select(got => BudgetEvent.FromJson(got.Body).Subject).Should().Equal("1", "1", "2");
    }

    [Fact]
    public async Task What_comes_after_a_failure_waits_for_it_for_some_minutes_and_no_longer()
    {
        await using var receiver = new Receiver(got => Receiver.Status(BudgetEvent.FromJson(got.Body).Subject == "bad" ? "400 Bad Request" : "200 OK"));
        await using var events = Open();
        var subscription = await SubscribeAsync(events, receiver);
        await events.SendAsync(Event("bad"), default);
        await events.SendAsync(Event("good"), default);
        await HearAsync(receiver, 1);
        var begin = Clock.GetUtcNow();

        await PassAsync(TimeSpan.FromSeconds(5), () => Task.FromResult(receiver.Deliveries.Any(got => BudgetEvent.FromJson(got.Body).Subject == "good")));

        (Clock.GetUtcNow() - begin).Should().BeLessThan(TimeSpan.FromHours(1));
        (await events.ListDeliveriesAsync(subscription.Id, EventDeliveryState.Pending)).Deliveries.Should().ContainSingle();
    }

    [Fact]
    public async Task A_receiver_that_wants_no_more_is_switched_off_and_what_it_did_not_take_is_listed()
    {
        await using var receiver = new Receiver(_ => Receiver.Status("410 Gone"));
        await using var events = Open();
        var subscription = await SubscribeAsync(events, receiver);
        await events.SendAsync(Event(), default);

        await WaitUntilAsync(async () => (await events.FindAsync(subscription.Id))!.IsActive == false);

        (await events.FindAsync(subscription.Id))!.DisabledReason.Should().Contain("410");
        var delivery = await OnlyDeliveryAsync(events, subscription);
        (delivery.State, delivery.LastStatus, delivery.Attempts).Should().Be((EventDeliveryState.GivenUp, 410, 1));
        await events.SendAsync(Event(), default);
        await events.TestAsync(subscription.Id);
        await Task.Delay(200);
        receiver.Deliveries.Should().ContainSingle();
    }

    [Fact]
    public async Task After_a_day_a_delivery_is_given_up_and_listed_and_can_be_made_by_hand()
    {
        var isUp = false;
        await using var receiver = new Receiver(_ => Receiver.Status(isUp ? "200 OK" : "503 Service Unavailable"));
        await using var events = Open();
        var subscription = await SubscribeAsync(events, receiver);
        await events.SendAsync(Event(), default);

        await PassAsync(TimeSpan.FromMinutes(10), async () => (await events.ListDeliveriesAsync(subscription.Id, EventDeliveryState.GivenUp)).Deliveries.Count == 1);

        var given = await OnlyDeliveryAsync(events, subscription);
        (given.EndedAt - given.CreatedAt).Should().BeGreaterThanOrEqualTo(TimeSpan.FromDays(1)).And.BeLessThan(TimeSpan.FromHours(26));
        (given.LastStatus, given.LastError).Should().Be((503, "The receiver has answered 503."));
        given.Attempts.Should().BeInRange(7, 8);
        isUp = true;
        (await events.RedeliverAsync(subscription.Id, given.Id)).Should().BeTrue();
        await PassAsync(TimeSpan.FromSeconds(1), async () => (await OnlyDeliveryAsync(events, subscription)).State == EventDeliveryState.Delivered);
        (await events.RedeliverAsync(subscription.Id, given.Id + 1)).Should().BeFalse();
        (await events.RedeliverAsync("other", given.Id)).Should().BeFalse();
    }

    [Fact]
    public async Task What_one_process_has_recorded_the_next_one_delivers()
    {
        await using var receiver = new Receiver();
        await using (var events = Open(options => options.Delivers = false))
        {
            await SubscribeAsync(events, receiver);
            await events.SendAsync(Event("left"), default);
        }
        receiver.Deliveries.Should().BeEmpty();

        await using var next = Open();

        await HearAsync(receiver, 1);
        BudgetEvent.FromJson(receiver.Deliveries.Single().Body).Subject.Should().Be("left");
    }

    [Fact]
    public async Task Several_processes_share_the_work_and_none_does_it_twice()
    {
        Receiver[] receivers = [.. Enumerable.Range(0, 8).Select(_ => new Receiver())];
        await using var otherLedger = Harness.Open(Clock);
        await using var first = Open();
        await using var second = Open(ledger: otherLedger);
        foreach (var receiver in receivers)
            await SubscribeAsync(first, receiver);

        for (var i = 0; i < 50; i++)
            await (i % 2 == 0 ? first : second).SendAsync(Event($"{i}"), default);

        foreach (var receiver in receivers)
            await PassAsync(TimeSpan.FromMilliseconds(500), () => Task.FromResult(receiver.Deliveries.Count >= 50));
        await Task.Delay(100);
        receivers.Should().AllSatisfy(receiver => receiver.Deliveries.Select(got => got.Id).Should().HaveCount(50).And.OnlyHaveUniqueItems());
        foreach (var receiver in receivers)
            await receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_subscription_that_a_dead_process_has_claimed_is_taken_over_when_the_claim_ends()
    {
        await using var receiver = new Receiver();
        await using (var dead = Open(options => options.Delivers = false))
        {
            await SubscribeAsync(dead, receiver);
            await dead.SendAsync(Event(), default);
        }
        var end = Noon + TimeSpan.FromMinutes(1);
        await ExecuteAsync($"update ledger_event_subscriptions set claimed_by = 'dead', claimed_until_us = {(end - DateTimeOffset.UnixEpoch).Ticks / 10}");
        await using var next = Open();

        await PassAsync(TimeSpan.FromSeconds(5), () => Task.FromResult(receiver.Deliveries.Count == 1));

        Clock.GetUtcNow().Should().BeOnOrAfter(end);
    }

    [Fact]
    public async Task A_chat_hears_sentences()
    {
        await using var receiver = new Receiver();
        await using var events = Open();
        var created = await events.CreateAsync(new() { Url = receiver.Url, Kind = EventSubscriptionKind.Chat });

        await events.SendAsync(Event("b", scope: BudgetScope.User("alice")), default);

        created!.Secret.Should().BeNull();
        await HearAsync(receiver, 1);
        Encoding.UTF8.GetString(receiver.Deliveries.Single().Body).Should().Be("""{"text":":warning: A charge has taken user=alice 1 above the limit of the budget \u0027b\u0027."}""");
    }

    [Fact]
    public async Task E_mail_is_sent_again_until_it_could_be_sent()
    {
        var mail = new Outgoing { Failures = 1 };
        await using var events = Open(options => options.EmailSender = mail);
        var created = await events.CreateAsync(new() { Url = "mailto:ops@example.com,finance@example.com", Kind = EventSubscriptionKind.Email });
        var e = Event("b", scope: BudgetScope.User("alice"));

        await events.SendAsync(e, default);
        await PassAsync(TimeSpan.FromSeconds(2), async () => (await events.ListDeliveriesAsync(created!.Subscription.Id, EventDeliveryState.Delivered)).Deliveries.Count == 1);

        created!.Secret.Should().BeNull();
        mail.Tried.Should().HaveCount(2).And.AllSatisfy(message => message.Should().BeEquivalentTo(EmailMessage.Of(e, ["ops@example.com", "finance@example.com"])));
    }

    [Fact]
    public async Task E_mail_that_cannot_be_sent_is_refused_when_it_is_asked_for()
    {
        await using var without = Open();
        await using var with = Open(options => options.EmailSender = new Outgoing());

        (await without.Invoking(events => events.CreateAsync(new() { Url = "mailto:ops@example.com", Kind = EventSubscriptionKind.Email }).AsTask()).Should().ThrowAsync<ArgumentException>()).WithMessage("*Nothing sends e-mail here*");
        foreach (var url in new[] { "ops@example.com", "mailto:", "mailto:ops", "https://example.com/", "mailto:a@example.com?bcc=b@example.com" })
            await with.Invoking(events => events.CreateAsync(new() { Url = url, Kind = EventSubscriptionKind.Email }).AsTask()).Should().ThrowAsync<ArgumentException>(url);
        var chat = await with.CreateAsync(new() { Id = "a", Url = "https://example.com/", Kind = EventSubscriptionKind.Chat });
        (await with.Invoking(events => events.UpdateAsync(chat!.Subscription with { Kind = EventSubscriptionKind.Webhook }).AsTask()).Should().ThrowAsync<ArgumentException>()).WithMessage("*'a' has no secret*");
    }

    /// <summary>The time of the next attempt of the only delivery, once so many have failed.</summary>
    private static async Task<DateTimeOffset> PlannedAsync(LedgerEvents events, EventSubscription subscription, int attempts)
    {
        await WaitUntilAsync(async () => (await OnlyDeliveryAsync(events, subscription)).Attempts == attempts);
        return (await OnlyDeliveryAsync(events, subscription)).NextAttemptAt!.Value;
    }

    private sealed class Outgoing : IEmailSender
    {
        public int Failures { get; set; }

        public List<EmailMessage> Tried { get; } = [];

        public ValueTask SendAsync(EmailMessage message, CancellationToken cancellationToken)
        {
            Tried.Add(message);
            return Tried.Count <= Failures ? throw new InvalidOperationException("The server is away.") : default;
        }
    }
}
