using System.Net;

namespace BudgetFirewall;

/// <summary>The outcome of one attempt to deliver.</summary>
/// <param name="Status">The status code of the answer; null when there was none.</param>
/// <param name="Error">A description of what went wrong; null after a success.</param>
/// <param name="RetryAfter">The time for which the receiver wants to be left alone; null when it has said none.</param>
internal sealed record WebhookAttempt(int? Status, string? Error, TimeSpan? RetryAfter)
{
    /// <summary>True when the receiver has the delivery.</summary>
    public bool IsDelivered => Error is null;

    /// <summary>True when the receiver wants no deliveries any more.</summary>
    public bool IsGone => Status == (int)HttpStatusCode.Gone;

    /// <exception cref="HttpRequestException">The receiver does not have the delivery.</exception>
    public void ThrowIfFailed()
    {
        if (Error is not null)
            throw new HttpRequestException(Error, inner: null, (HttpStatusCode?)Status);
    }
}
