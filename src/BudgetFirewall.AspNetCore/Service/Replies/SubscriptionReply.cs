using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A subscription to events as JSON.</summary>
[Description("Somebody who hears of events.")]
internal sealed record SubscriptionReply
{
    public required string Id { get; init; }

    public string? Name { get; init; }

    public required string Url { get; init; }

    [Description("The kind of receiver: webhook, chat or email.")]
    public required string Kind { get; init; }

    [Description("The types of events; empty: all.")]
    public required IReadOnlyList<string> Types { get; init; }

    [Description("The scopes; empty: all.")]
    public required IReadOnlyList<string> Scopes { get; init; }

    public required bool IsActive { get; init; }

    [Description("Why it was switched off by itself; absent: it was not.")]
    public string? DisabledReason { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    [Description("The key of its signatures; only in the answer that has made it.")]
    public string? Secret { get; init; }

    public static SubscriptionReply Of(EventSubscription subscription) => Of(subscription, secret: null);

    public static SubscriptionReply Of(EventSubscription subscription, WebhookSecret? secret) => new()
    {
        Id = subscription.Id,
        Name = subscription.Name,
        Url = subscription.Url,
        Kind = NameOf(subscription.Kind),
        Types = [.. subscription.Types],
        Scopes = [.. subscription.Scopes],
        IsActive = subscription.IsActive,
        DisabledReason = subscription.DisabledReason,
        CreatedAt = subscription.CreatedAt,
        Secret = secret?.Reveal(),
    };

    private static string NameOf(EventSubscriptionKind kind) => kind switch
    {
        EventSubscriptionKind.Webhook => "webhook",
        EventSubscriptionKind.Chat => "chat",
        EventSubscriptionKind.Email => "email",
        _ => throw new InvalidOperationException($"There is no kind of receiver {kind}."),
    };
}
