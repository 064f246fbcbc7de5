using System.Collections.Immutable;

namespace BudgetFirewall.Sample.Web;

/// <summary>The events that have come in, each once, as far as they are genuine: the last hundred. Thread-safe.</summary>
internal sealed class ReceivedEvents(TimeProvider timeProvider)
{
    private const int Most = 100;

    private ImmutableQueue<ReceivedEvent> _events = [];

    /// <summary>The key of the signatures, another one each time that the sample starts.</summary>
    public WebhookSecret Secret { get; } = WebhookSecret.New();

    public IReadOnlyList<ReceivedEvent> Last => [.. _events.Reverse()];

    /// <summary>Takes a delivery.</summary>
    /// <param name="headers">Its headers.</param>
    /// <param name="body">Its body, as it came.</param>
    /// <param name="reason">What is wrong with it; null when nothing is.</param>
    /// <returns>False for a delivery that this process has not signed.</returns>
    public bool TryAdd(IHeaderDictionary headers, byte[] body, out string? reason)
    {
        var id = headers[WebhookSignature.IdHeader].ToString();
        if (!WebhookSignature.Verify(Secret, id, headers[WebhookSignature.TimestampHeader], headers[WebhookSignature.SignatureHeader], body, timeProvider.GetUtcNow(), out reason))
            return false;
        var received = BudgetEvent.FromJson(body);
        // The same event may come more than once.
        ImmutableInterlocked.Update(ref _events, events => events.Any(one => one.Id == id) ? events : Bounded(events.Enqueue(new(id, received.Type, received.Time, received.Text))));
        return true;
    }

    private static ImmutableQueue<ReceivedEvent> Bounded(ImmutableQueue<ReceivedEvent> events) => events.Count() > Most ? events.Dequeue() : events;
}
