using System.Security.Cryptography;
using System.Text;
using BudgetFirewall.Ledger.Tests.Webhooks;

namespace BudgetFirewall.Ledger.Tests.Subscriptions;

/// <summary>Subscriptions are made, changed, listed and removed; their secrets are not shown again, and encrypted where they are kept.</summary>
public abstract class SubscriptionsAreKept<THarness> : SubscriptionSuite<THarness> where THarness : ILedgerHarness, new()
{
    [Fact]
    public async Task A_subscription_is_made_once_changed_and_removed()
    {
        await using var events = Open();
        var made = await events.CreateAsync(new() { Id = "a", Name = "Ops", Url = "https://example.com/a", Types = [BudgetEventTypes.Denied], Scopes = ["user=al\0ice", "global"] });

        made!.Secret!.Reveal().Should().StartWith("whsec_");
        (await events.CreateAsync(new() { Id = "a", Url = "https://example.com/b" })).Should().BeNull();
        (await events.FindAsync("a")).Should().Be(made.Subscription).And.Be(new EventSubscription
        {
            Id = "a", Name = "Ops", Url = "https://example.com/a", Types = [BudgetEventTypes.Denied], Scopes = ["user=al\0ice", "global"], CreatedAt = Noon,
        });
        (await events.UpdateAsync(new() { Id = "a", Url = "https://example.com/c", IsActive = false })).Should().BeTrue();
        (await events.UpdateAsync(new() { Id = "b", Url = "https://example.com/c" })).Should().BeFalse();
        (await events.ListAsync()).Should().Equal(new EventSubscription { Id = "a", Url = "https://example.com/c", IsActive = false, CreatedAt = Noon });
        (await events.DeleteAsync("a")).Should().BeTrue();
        (await events.DeleteAsync("a")).Should().BeFalse();
        (await events.ListAsync()).Should().BeEmpty();
        (await events.FindAsync("")).Should().BeNull();
    }

    [Fact]
    public async Task A_url_that_deliveries_may_not_go_to_is_refused_when_it_is_given()
    {
        await using var events = LedgerEvents.Open(Ledger, timeProvider: Clock);
        await events.CreateAsync(new() { Id = "a", Url = "https://example.com/" });

        await events.Awaiting(e => e.CreateAsync(new() { Url = "https://169.254.169.254/" }).AsTask()).Should().ThrowAsync<ArgumentException>();
        await events.Awaiting(e => e.UpdateAsync(new() { Id = "a", Url = "http://example.com/" }).AsTask()).Should().ThrowAsync<ArgumentException>();
        FluentActions.Invoking(() => Open(options => options.Subscriptions.Add(new(new() { Url = "https://10.0.0.1/" }, Secret)))).Should().Throw<ArgumentException>();
    }

    [Fact]
    public async Task Nothing_goes_to_a_network_that_was_allowed_once_and_is_not_any_more()
    {
        await using var receiver = new Receiver();
        await using (var before = Open(options => options.Delivers = false))
        {
            await SubscribeAsync(before, receiver);
            await before.SendAsync(Event(), default);
        }
        await using var events = LedgerEvents.Open(Ledger, timeProvider: Clock);
        var subscription = (await events.ListAsync()).Single();

        await WaitUntilAsync(async () => (await OnlyDeliveryAsync(events, subscription)).Attempts == 1);

        receiver.Connections.Should().Be(0);
        (await OnlyDeliveryAsync(events, subscription)).LastError.Should().StartWith("Deliveries have to be encrypted");
    }

    [Fact]
    public async Task A_test_is_told_to_one_subscription_whatever_it_hears_of()
    {
        await using var one = new Receiver();
        await using var other = new Receiver();
        await using var events = Open();
        var subscription = await SubscribeAsync(events, one, new() { Url = "", Types = [BudgetEventTypes.Denied] });
        await SubscribeAsync(events, other);

        var test = await events.TestAsync(subscription.Id);

        await HearAsync(one, 1);
        (one.Deliveries.Single().Id, other.Deliveries.Count).Should().Be((test!.Id, 0));
        (await events.TestAsync("nobody")).Should().BeNull();
    }

    [Fact]
    public async Task While_a_secret_is_exchanged_deliveries_are_signed_with_both()
    {
        await using var receiver = new Receiver();
        await using var events = Open();
        var subscription = await SubscribeAsync(events, receiver);
        var rotated = await events.RotateSecretAsync(subscription.Id, TimeSpan.FromHours(1));

        await events.SendAsync(Event(), default);
        await DeliveredAsync(events, subscription, 1);
        Clock.Advance(TimeSpan.FromHours(1));
        await events.SendAsync(Event(), default);
        await HearAsync(receiver, 2);

        var (first, second) = (receiver.Deliveries.First(), receiver.Deliveries.Last());
        (first.IsSignedBy(Secret, Noon), first.IsSignedBy(rotated!.Secret!, Noon)).Should().Be((true, true));
        var later = Noon.AddHours(1);
        (second.IsSignedBy(Secret, later), second.IsSignedBy(rotated.Secret!, later)).Should().Be((false, true));
        (await events.RotateSecretAsync("nobody")).Should().BeNull();
    }

    [Fact]
    public async Task A_secret_is_encrypted_in_the_database_and_of_no_use_without_the_key()
    {
        await using var receiver = new Receiver();
        await using (var keeping = Open(options => (options.SecretProtector, options.Delivers) = (new Reversing(), false)))
        {
            await SubscribeAsync(keeping, receiver);
            await keeping.SendAsync(Event(), default);
        }
        (await CountAsync($"count(*) from ledger_event_subscriptions where secret like '%{Secret.Reveal()[6..20]}%'")).Should().Be(0);
        await using (var without = Open())
        {
            await WaitUntilAsync(async () => await CountAsync("count(*) from ledger_event_subscriptions where held_until_us > 0") == 1);
            receiver.Deliveries.Should().BeEmpty();
        }

        await using var with = Open(options => options.SecretProtector = new Reversing());

        await PassAsync(TimeSpan.FromSeconds(10), () => Task.FromResult(receiver.Deliveries.Count == 1));
        receiver.Deliveries.Single().IsSignedBy(Secret, Clock.GetUtcNow()).Should().BeTrue();
    }

    [Fact]
    public async Task Subscriptions_of_the_options_are_made_once_and_follow_them()
    {
        for (var i = 0; i < 2; i++)
        {
            await using var events = Open(options => options.Subscriptions.Add(new(new() { Id = "a", Url = $"https://example.com/{i}" }, Secret)));
            await WaitUntilAsync(async () => (await events.ListAsync()) is [{ } one] && one.Url == $"https://example.com/{i}");
            (await events.ListAsync()).Should().Equal(new EventSubscription { Id = "a", Url = $"https://example.com/{i}", CreatedAt = Noon });
        }
    }

    [Fact]
    public async Task What_has_ended_goes_after_its_time_and_its_event_with_it()
    {
        await using var receiver = new Receiver();
        await using var events = Open(options => options.KeepFor = TimeSpan.FromHours(2));
        await SubscribeAsync(events, receiver);
        await events.SendAsync(Event(), default);
        await HearAsync(receiver, 1);

        await PassAsync(TimeSpan.FromMinutes(30), async () => await CountAsync("count(*) from ledger_events") == 0);

        (await CountAsync("count(*) from ledger_event_deliveries")).Should().Be(0);
        Clock.GetUtcNow().Should().BeOnOrAfter(Noon.AddHours(2));
    }

    [Fact]
    public async Task An_event_that_nobody_wants_to_hear_of_is_not_kept()
    {
        await using var receiver = new Receiver();
        await using var events = Open();
        await SubscribeAsync(events, receiver, new() { Url = "", Types = [BudgetEventTypes.Denied] });
        await events.SendAsync(Event(), default);
        await events.SendAsync(Event(type: BudgetEventTypes.Denied), default);

        await HearAsync(receiver, 1);

        (await CountAsync("count(*) from ledger_events")).Should().Be(1);
    }

    /// <summary>As good as an encryption, for a test.</summary>
    private sealed class Reversing : IWebhookSecretProtector
    {
        public string Protect(string secret) => Convert.ToHexString([.. Encoding.ASCII.GetBytes(secret).Reverse()]);

        public string Unprotect(string protectedSecret) => protectedSecret.Length % 2 == 0 ? Encoding.ASCII.GetString([.. Convert.FromHexString(protectedSecret).Reverse()]) : throw new CryptographicException("It was altered.");
    }
}
