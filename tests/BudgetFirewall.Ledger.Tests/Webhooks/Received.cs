namespace BudgetFirewall.Ledger.Tests.Webhooks;

/// <summary>A request that a receiver got.</summary>
internal sealed record Received(string Line, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string? Id => Headers.GetValueOrDefault(WebhookSignature.IdHeader);

    public bool IsSignedBy(WebhookSecret secret, DateTimeOffset now) => WebhookSignature.Verify(
        secret, Id, Headers.GetValueOrDefault(WebhookSignature.TimestampHeader), Headers.GetValueOrDefault(WebhookSignature.SignatureHeader), Body, now, out _);
}
