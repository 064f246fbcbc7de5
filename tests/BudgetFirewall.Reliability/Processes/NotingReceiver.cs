using System.Collections.Concurrent;
using System.Net;
using BudgetFirewall.Ledger.Tests.Webhooks;

namespace BudgetFirewall.Reliability;

/// <summary>A receiver of events that answers by how often it has heard of an event, and notes when it was.</summary>
internal sealed class NotingReceiver : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, int> _heard = new(StringComparer.Ordinal);
    private readonly Receiver _receiver;

    /// <param name="secret">The secret that deliveries are signed with.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="answer">The answer to the k-th attempt of an event, k from 1; null to give none.</param>
    /// <param name="address">The address that it listens on; null: 127.0.0.1.</param>
    /// <param name="port">Its port; 0: one that is free.</param>
    public NotingReceiver(WebhookSecret secret, TimeProvider clock, Func<int, string?> answer, IPAddress? address = null, int port = 0)
    {
        _receiver = new(
            got =>
            {
                var (id, now) = (got.Id ?? "", clock.GetUtcNow());
                var reply = answer(_heard.AddOrUpdate(id, 1, (_, before) => before + 1));
                Attempts.Enqueue(new(id, now, got.IsSignedBy(secret, now), reply?.StartsWith("HTTP/1.1 2", StringComparison.Ordinal) == true));
                return reply;
            },
            address,
            port);
    }

    /// <summary>What it has heard, in order.</summary>
    public ConcurrentQueue<Attempt> Attempts { get; } = new();

    public int Port => _receiver.Port;

    public int Connections => _receiver.Connections;

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    /// <summary>One request.</summary>
    /// <param name="EventId">The event.</param>
    /// <param name="At">The time.</param>
    /// <param name="IsSigned">True when its signature is right, at that time.</param>
    /// <param name="IsTaken">True when it was answered with success.</param>
    internal sealed record Attempt(string EventId, DateTimeOffset At, bool IsSigned, bool IsTaken);
}
