namespace BudgetFirewall;

/// <summary>A subscription that was made, or has another secret, with that secret, which is never shown again.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="Secret">The key of its signatures; null for a chat, which gets none.</param>
public sealed record CreatedSubscription(EventSubscription Subscription, WebhookSecret? Secret);
