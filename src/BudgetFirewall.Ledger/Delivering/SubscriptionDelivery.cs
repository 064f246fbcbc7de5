using System.Security.Cryptography;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>Delivers to one subscription that this process has claimed, one event after the other, in the order in which they were recorded.</summary>
/// <param name="deliveries">The deliveries.</param>
/// <param name="subscriptions">The subscriptions.</param>
/// <param name="sender">Sends them.</param>
/// <param name="secrets">Reads secrets.</param>
/// <param name="options">The options.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed class SubscriptionDelivery(
    DeliveryRows deliveries, SubscriptionRows subscriptions, EventSender sender, KeptSecrets secrets, LedgerEventOptions options, TimeProvider timeProvider, ILogger logger)
{
    /// <summary>The most that is sent before it is written down, and so the most that is sent twice when a process dies.</summary>
    private const int MostUnwritten = 20;

    private const string Gone = "The receiver wants no deliveries any more (410).";

    /// <summary>A failure keeps what comes after it from overtaking it for so long at most.</summary>
    private static readonly TimeSpan LongestHold = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan UnreadableHold = TimeSpan.FromMinutes(1);

    /// <summary>The time for which a claim is made: longer than an attempt may take.</summary>
    public TimeSpan ClaimTime => (options.Webhooks.Timeout * 2) + TimeSpan.FromSeconds(20);

    /// <summary>Delivers what is due, until nothing is, or something fails.</summary>
    public async Task RunAsync(string subscriptionId, string owner, DateTimeOffset claimedUntil, CancellationToken cancellationToken)
    {
        if (await subscriptions.FindAsync(subscriptionId, cancellationToken).ConfigureAwait(false) is not { Subscription.IsActive: true } stored)
            return;
        if (!TryReadSecrets(stored, out var keys))
        {
            await deliveries.RecordAsync(subscriptionId, owner, [], Now, Now + UnreadableHold, disabledReason: null, cancellationToken).ConfigureAwait(false);
            return;
        }
        for (var isClaimed = true; isClaimed;)
        {
            var due = await deliveries.ReadDueAsync(subscriptionId, Now, MostUnwritten, cancellationToken).ConfigureAwait(false);
            var outcomes = new List<DeliveryOutcome>();
            WebhookAttempt? failure = null;
            foreach (var delivery in due)
            {
                if (claimedUntil - Now < options.Webhooks.Timeout + TimeSpan.FromSeconds(5) || await TrySendAsync(stored.Subscription, keys, delivery, cancellationToken).ConfigureAwait(false) is not { } attempt)
                    break;
                outcomes.Add(OutcomeOf(stored.Subscription, delivery, attempt));
                if (!attempt.IsDelivered)
                {
                    failure = attempt;
                    break;
                }
            }
            var isOver = due.Count == 0 || failure is not null || cancellationToken.IsCancellationRequested;
            claimedUntil = isOver ? Now : Now + ClaimTime;
            // What was sent is written down also when the process ends.
            isClaimed = await deliveries.RecordAsync(subscriptionId, owner, outcomes, claimedUntil, HeldUntil(failure, outcomes), failure is { IsGone: true } ? Gone : null, CancellationToken.None).ConfigureAwait(false) && !isOver;
            if (failure is { IsGone: true })
                DeliveryLog.Disabled(logger, DisplayText.Escape(subscriptionId));
        }
    }

    private DateTimeOffset Now => timeProvider.GetUtcNow();

    private bool TryReadSecrets(StoredSubscription stored, out WebhookSecret[] keys)
    {
        keys = [];
        if (!EventSender.IsSigned(stored.Subscription.Kind))
            return true;
        try
        {
            keys = stored.FormerSecret.Length > 0 && stored.FormerUntil > Now ? [secrets.Read(stored.Secret), secrets.Read(stored.FormerSecret)] : [secrets.Read(stored.Secret)];
            return true;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or FormatException)
        {
            DeliveryLog.SecretUnreadable(logger, DisplayText.Escape(stored.Subscription.Id), e);
            return false;
        }
    }

    /// <summary>Makes an attempt; null where the process ends meanwhile.</summary>
    private async Task<WebhookAttempt?> TrySendAsync(EventSubscription subscription, WebhookSecret[] keys, DueDelivery delivery, CancellationToken cancellationToken)
    {
        try
        {
            // Networks that were allowed when it was made may not be allowed any more.
            return sender.FaultOf(subscription) is { } fault ? new(null, fault, null) : await sender.SendAsync(subscription, delivery, keys, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private DeliveryOutcome OutcomeOf(EventSubscription subscription, DueDelivery delivery, WebhookAttempt attempt)
    {
        var now = Now;
        if (attempt.IsDelivered)
            return new(delivery.Id, EventDeliveryState.Delivered, null, now, attempt.Status, null);
        var next = attempt.IsGone ? null : DeliverySchedule.Next(delivery.FirstAt, delivery.Attempts + 1, now, attempt.RetryAfter, Random.Shared.NextDouble());
        if (next is null)
            DeliveryLog.GivenUp(logger, delivery.EventId, DisplayText.Escape(subscription.Id), delivery.Attempts + 1, DisplayText.Escape(attempt.Error!));
        return new(delivery.Id, next is null ? EventDeliveryState.GivenUp : EventDeliveryState.Pending, next, now, attempt.Status, attempt.Error);
    }

    private DateTimeOffset? HeldUntil(WebhookAttempt? failure, List<DeliveryOutcome> outcomes)
    {
        if (failure is null || outcomes[^1].NextAt is not { } next)
            return null;
        var longest = Now + LongestHold;
        return failure.RetryAfter is { } asked && Now + asked > longest ? (next < Now + asked ? next : Now + asked) : next < longest ? next : longest;
    }
}
