using System.Net;

namespace BudgetFirewall;

/// <summary>What a guarded HttpClient reserves before a call and charges after it. Copied and checked when the handler is made.</summary>
/// <remarks>The delegates are called from any thread and must not block. What <see cref="Describe"/> throws reaches the caller, and nothing is sent.</remarks>
public sealed class BudgetHandlerOptions
{
    /// <summary>Who is paid: the id of the <c>provider</c> scope, 1 to 256 characters. Default: the name of the HttpClient that the handler is added to.</summary>
    public string? Provider { get; set; }

    /// <summary>What is called: it selects a price multiplier and budgets that filter by operation. Default <c>request</c>.</summary>
    public string Operation { get; set; } = "request";

    /// <summary>
    /// What a call is expected to use; it is what the budgets hold. Null, the default: not known. Budgets of units then hold nothing and only have to have something remaining;
    /// where a hard budget counts money and anything is priced by use, the call is an <see cref="UnknownPriceException"/> and not sent.
    /// Budgets counted in a unit are concerned only if this is null or names their unit.
    /// </summary>
    public BudgetUsage? ExpectedUsage { get; set; }

    /// <summary>
    /// Completes the request that is reserved for a call: its operation by the path, its cost, model or expected usage, who pays. It is given the request as made from
    /// these options and the payer, and returns it, changed or not. Null, the default: not changed. It must not set an operation id, and must not read the content.
    /// </summary>
    public Func<HttpRequestMessage, BudgetRequest, BudgetRequest>? Describe { get; set; }

    /// <summary>
    /// Whether the provider charges for a response, by its status and headers. Default: <see cref="ChargeBelow400"/>. When not, the hold is released as soon as the headers have arrived.
    /// </summary>
    public Func<HttpResponseMessage, bool> IsCharged { get; set; } = ChargeBelow400;

    /// <summary>
    /// Whether a call is charged that ended in an exception before there was a response. Default: <see cref="CallFailure.MayHaveBeenSent"/>.
    /// It is not asked where the request had a content of which not a byte was taken: then nothing was sent.
    /// </summary>
    public Func<Exception, bool> IsFailureCharged { get; set; } = CallFailure.MayHaveBeenSent;

    /// <summary>
    /// Reads what a call used from its response, once the caller has read the body or done with it. It gets a copy of what the caller has read: the caller's body is neither
    /// consumed nor delayed. Null, the default, or a null returned: the expected usage is charged, with the bytes as counted. What it throws is logged, and the same is charged.
    /// </summary>
    public Func<HttpCallResult, BudgetUsage?>? ReadUsage { get; set; }

    /// <summary>How many bytes of a response body are copied for <see cref="ReadUsage"/>, 0 to 1 GiB. Default 1 MiB. Nothing is copied without it.</summary>
    public int MaxCopiedBytes { get; set; } = 1_048_576;

    /// <summary>
    /// The response that a denied call gets. Null, the default: <see cref="BudgetDeniedException"/> is thrown, which retries that look for <see cref="HttpRequestException"/> leave alone.
    /// <see cref="DeniedResponse.Create"/> makes a 402, 429 or 503.
    /// </summary>
    public Func<BudgetDecision, HttpResponseMessage>? OnDenied { get; set; }

    /// <summary>How calls are held and settled.</summary>
    public CallGuardOptions Calls { get; set; } = new();

    /// <summary>True below 400: what the provider has served. Refusals (4xx) and failures (5xx) are not charged.</summary>
    /// <param name="response">The response.</param>
    /// <exception cref="ArgumentNullException"><paramref name="response"/> is null.</exception>
    public static bool ChargeBelow400(HttpResponseMessage response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.StatusCode < HttpStatusCode.BadRequest;
    }

    /// <summary>A copy in which what was left open is taken from the client's name and a container.</summary>
    internal BudgetHandlerOptions CompletedFrom(string clientName, IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(Calls);
        var copy = (BudgetHandlerOptions)MemberwiseClone();
        copy.Provider ??= clientName;
        copy.Calls = Calls.CompletedFrom(services);
        return copy;
    }
}
