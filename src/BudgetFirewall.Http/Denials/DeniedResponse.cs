using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text.Json;

namespace BudgetFirewall;

/// <summary>Responses that the firewall gives in place of a provider's.</summary>
public static class DeniedResponse
{
    /// <summary>
    /// Makes a 402 when a budget refuses, a 429 when a rate limit or a throttled budget does, and a 503 when the store did not answer. It has <c>Retry-After</c> in whole seconds,
    /// rounded up, where waiting helps, and as its content a problem document that names no scope, but the approvals that are pending. Retry handlers commonly repeat 429 and 503, and leave 402 alone.
    /// </summary>
    /// <param name="decision">The decision, which denies.</param>
    /// <exception cref="ArgumentNullException"><paramref name="decision"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="decision"/> allows the request.</exception>
    public static HttpResponseMessage Create(BudgetDecision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        if (decision.IsAllowed)
            throw new ArgumentException("The decision allows the request.", nameof(decision));
        var outcome = OutcomeTraits.Of(decision.Outcome);
        var response = new HttpResponseMessage(outcome.Status)
        {
            ReasonPhrase = outcome.Title.TrimEnd('.'),
            Content = new StringContent($$"""{"title":"{{outcome.Title}}","status":{{(int)outcome.Status}}{{Approvals(decision)}}}""", new MediaTypeHeaderValue(MediaTypeNames.Application.ProblemJson)),
        };
        if (decision.RetryAfter is { } wait)
            response.Headers.RetryAfter = new(TimeSpan.FromSeconds(Math.Ceiling(wait.TotalSeconds)));
        return response;
    }

    private static string Approvals(BudgetDecision decision) => decision.ApprovalIds is [var first, ..]
        ? $",\"approvalId\":{Quoted(first)},\"approvalIds\":[{string.Join(',', decision.ApprovalIds.Select(Quoted))}]"
        : "";

    private static string Quoted(string id) => $"\"{JsonEncodedText.Encode(id)}\"";
}
