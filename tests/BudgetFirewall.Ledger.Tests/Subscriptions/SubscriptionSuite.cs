using System.Net;
using BudgetFirewall.Ledger.Tests.Webhooks;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Ledger.Tests.Subscriptions;

/// <summary>Subscriptions in a database, receivers on this machine, and a clock that a test moves.</summary>
public abstract class SubscriptionSuite<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    private protected static readonly WebhookSecret Secret = WebhookSecret.New();

    private readonly WatchedClock _watched;

    protected SubscriptionSuite() => _watched = new(Clock, new LedgerEventOptions().PollEvery);

    /// <summary>What delivers, as a process would.</summary>
    private protected LedgerEvents Open(Action<LedgerEventOptions>? configure = null, ILedger? ledger = null, ILoggerFactory? log = null) => LedgerEvents.Open(ledger ?? Ledger, options =>
    {
        options.Webhooks.AllowedNetworks.Add(IPNetwork.Parse("127.0.0.0/8"));
        configure?.Invoke(options);
    }, _watched, log);

    private protected BudgetEvent Event(string subject = "b", string type = BudgetEventTypes.Overrun, BudgetScope? scope = null) =>
        new(type, Clock.GetUtcNow(), subject) { Scope = scope, Data = new() { BudgetId = subject, Scope = scope?.ToString(), Amount = 1m } };

    private protected static async Task<EventSubscription> SubscribeAsync(LedgerEvents events, Receiver receiver, EventSubscription? like = null) =>
        (await events.CreateAsync((like ?? new() { Url = "" }) with { Url = receiver.Url }, Secret))!.Subscription;

    /// <summary>Lets time pass, step by step, until something is so: never while a delivery is being made, and no faster than who delivers looks for what is due.</summary>
    private protected async Task PassAsync(TimeSpan step, Func<Task<bool>> isSo)
    {
        for (var i = 0; i < 1_000; i++)
        {
            if (await isSo())
                return;
            var now = (Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / 10;
            await WaitUntilAsync(async () => await CountAsync($"count(*) from ledger_event_subscriptions where claimed_until_us > {now} and claimed_by <> 'dead'") == 0);
            // While nobody waits to look again, the time stands still.
            await WaitUntilAsync(() => Task.FromResult(_watched.Waiting > 0));
            await Clock.PassAsync(step);
        }
        throw new TimeoutException("It did not come about.");
    }

    private protected static async Task<EventDelivery> OnlyDeliveryAsync(LedgerEvents events, EventSubscription subscription) =>
        (await events.ListDeliveriesAsync(subscription.Id)).Deliveries.Should().ContainSingle().Subject;

    /// <summary>Waits until so many deliveries of a subscription have succeeded: only then no more time is counted for them.</summary>
    private protected static Task DeliveredAsync(LedgerEvents events, EventSubscription subscription, int count) =>
        WaitUntilAsync(async () => (await events.ListDeliveriesAsync(subscription.Id, EventDeliveryState.Delivered)).Deliveries.Count >= count);

    private protected static Task HearAsync(Receiver receiver, int count) => WaitUntilAsync(() => Task.FromResult(receiver.Deliveries.Count >= count));
}
