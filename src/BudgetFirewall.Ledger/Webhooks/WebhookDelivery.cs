namespace BudgetFirewall;

/// <summary>A body that is to be posted to a webhook.</summary>
/// <param name="Id">The id of the event, the same in each attempt, without a dot.</param>
/// <param name="Url">The address.</param>
/// <param name="Body">The body as it is sent and signed.</param>
/// <param name="Secrets">The secrets to sign with: one, or two while one is exchanged for the other.</param>
internal sealed record WebhookDelivery(string Id, Uri Url, ReadOnlyMemory<byte> Body, IReadOnlyList<WebhookSecret> Secrets);
