namespace BudgetFirewall.Storage;

/// <summary>A subscription as the database has it.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="Secret">Its secret, as it is kept; empty for none.</param>
/// <param name="FormerSecret">The secret of before, as it is kept; empty for none.</param>
/// <param name="FormerUntil">The time until which the former secret is used.</param>
internal sealed record StoredSubscription(EventSubscription Subscription, string Secret, string FormerSecret, DateTimeOffset FormerUntil);
