using System.Net;

namespace BudgetFirewall;

/// <summary>Options of a guarded HttpClient: the reservation before a call and the charge after it. Copied and checked when the handler is made.</summary>
/// <remarks>The delegates are called from any thread and must not block. What <see cref="Describe"/> throws reaches the caller, and nothing is sent.</remarks>
public sealed class BudgetHandlerOptions
{
    /// <summary>The provider that is paid: the id of the <c>provider</c> scope, 1 to 256 characters. Default: the name of the HttpClient that the handler is added to.</summary>
    public string? Provider { get; set; }

    /// <summary>
    /// The operation that is called: it selects a price multiplier and budgets that filter by operation. Default <c>request</c>, which a <see cref="UsageFormat"/> replaces by what the path says:
    /// <c>chat</c>, <c>completions</c>, <c>responses</c>, <c>embeddings</c> or <c>messages</c>.
    /// </summary>
    public string Operation { get; set; } = DefaultOperation;

    /// <summary>
    /// The format by which the model, the expected usage and the service tier are read from a request's body, and the usage and the service tier from its answer, as JSON or as a stream.
    /// Null, the default: nothing is read. <see cref="UseOpenAI"/> and <see cref="UseAnthropic"/> set it.
    /// Requests that read, delete, cancel, moderate or count tokens are held and charged at a cost of 0, unless something prices calls as such (the provider, a default cost or the unit <c>request</c>)
    /// or their bytes: then they are held and charged by that price, and a budget can refuse them.
    /// </summary>
    public HttpUsageFormat? UsageFormat { get; set; }

    /// <summary>The tokens that are expected of an answer, with a <see cref="UsageFormat"/>, where the request sets no ceiling; at least 0. Default 4,096.</summary>
    public int DefaultMaxOutputTokens { get; set; } = 4_096;

    /// <summary>
    /// The longest body of a request that is read before it is sent, for a <see cref="UsageFormat"/> or by <see cref="DescribeAsync"/>, 0 to 1 GiB. Default 16 MiB. What is read is held in memory until it is sent.
    /// With a longer one the call is described without its body, which is logged: its model is then not known unless a delegate says it.
    /// </summary>
    public int MaxRequestBodyBytes { get; set; } = 16_777_216;

    /// <summary>
    /// The usage that is expected of a call and held by the budgets. With a <see cref="UsageFormat"/> it is for calls whose body does not say it. Null, the default: not known. Budgets of units then hold nothing and only have to have something remaining;
    /// where a budget that may deny counts money and anything is priced by use, <see cref="UnknownPriceException"/> is thrown and the call is not sent.
    /// Budgets counted in a unit are concerned only if this is null or names their unit.
    /// </summary>
    public BudgetUsage? ExpectedUsage { get; set; }

    /// <summary>
    /// Completes the request that is reserved for a call: its operation by the path, its cost, model or expected usage, who pays. It is given the request as made from
    /// these options, the body with a <see cref="UsageFormat"/>, and the payer, and returns it, changed or not. Null, the default: not changed.
    /// It must not set an operation id, and must not read the content: <see cref="DescribeAsync"/> may.
    /// </summary>
    public Func<HttpRequestMessage, BudgetRequest, BudgetRequest>? Describe { get; set; }

    /// <summary>
    /// Completes the request as <see cref="Describe"/> does, and after it, where something must be awaited: the request's body, by
    /// <see cref="HttpCallDescription.ReadBodyAsync"/>, or a query of a database. Null, the default: not changed. A synchronous send blocks on it.
    /// </summary>
    public Func<HttpCallDescription, CancellationToken, ValueTask<BudgetRequest>>? DescribeAsync { get; set; }

    /// <summary>
    /// Decides by a response's status and headers: true charges the call, false releases its hold as soon as the headers have arrived. Default: <see cref="ChargeBelow400"/>.
    /// </summary>
    public Func<HttpResponseMessage, bool> IsCharged { get; set; } = ChargeBelow400;

    /// <summary>
    /// Decides for a call that ended in an exception before there was a response: true charges it, false releases its hold. Default: <see cref="CallFailure.MayHaveBeenSent"/>.
    /// It is not asked where the request had a content of which not a byte was taken: then nothing was sent.
    /// </summary>
    public Func<Exception, bool> IsFailureCharged { get; set; } = CallFailure.MayHaveBeenSent;

    /// <summary>
    /// Reads the usage of a call from its response, once the caller has read the body or is done with it. It gets a copy of the bytes that the caller has read:
    /// the caller's body is neither consumed nor delayed. Null, the default, or a null returned: the usage that the <see cref="UsageFormat"/> has read is charged,
    /// or else the expected usage, with the bytes as counted. An exception from it is logged, and the same is charged.
    /// </summary>
    public Func<HttpCallResult, BudgetUsage?>? ReadUsage { get; set; }

    /// <summary>The number of bytes that are copied from the beginning of a response body for <see cref="ReadUsage"/>, 0 to 1 GiB. Default 1 MiB. Nothing is copied without it.</summary>
    public int MaxCopiedBytes { get; set; } = 1_048_576;

    /// <summary>The number of bytes that are copied from the end of a response body for <see cref="ReadUsage"/>, 0 to 1 GiB: a stream has its usage at the end. Default 64 KiB. Nothing is copied without it.</summary>
    public int MaxTailBytes { get; set; } = 65_536;

    /// <summary>
    /// The response that a denied call gets. Null, the default: <see cref="BudgetDeniedException"/> is thrown, which retries that look for <see cref="HttpRequestException"/> leave alone.
    /// <see cref="DeniedResponse.Create"/> makes a 402, 429 or 503.
    /// </summary>
    public Func<BudgetDecision, HttpResponseMessage>? OnDenied { get; set; }

    /// <summary>The options by which calls are held and settled.</summary>
    public CallGuardOptions Calls { get; set; } = new();

    internal const string DefaultOperation = "request";

    /// <summary>
    /// Reads model, expected usage and usage in the format of OpenAI's API, which other providers have as well. Sets <see cref="UsageFormat"/>, and
    /// <see cref="Provider"/> unless it is set.
    /// </summary>
    /// <param name="provider">The provider that is paid; null for <see cref="Provider"/>, or <c>openai</c> where that is not set.</param>
    /// <returns>These options.</returns>
    /// <example><code>
    /// services.AddHttpClient("openai").AddBudgetFirewall(options => options.UseOpenAI());
    /// </code></example>
    public BudgetHandlerOptions UseOpenAI(string? provider = null) => Use(HttpUsageFormat.OpenAI, provider ?? Provider ?? "openai");

    /// <summary>
    /// Reads model, expected usage and usage in the format of Anthropic's Messages API. Sets <see cref="UsageFormat"/>, and <see cref="Provider"/> unless it is set.
    /// </summary>
    /// <param name="provider">The provider that is paid; null for <see cref="Provider"/>, or <c>anthropic</c> where that is not set.</param>
    /// <returns>These options.</returns>
    /// <example><code>
    /// services.AddHttpClient("anthropic").AddBudgetFirewall(options => options.UseAnthropic());
    /// </code></example>
    public BudgetHandlerOptions UseAnthropic(string? provider = null) => Use(HttpUsageFormat.Anthropic, provider ?? Provider ?? "anthropic");

    /// <summary>True for a status below 400: the provider has served the call. Refusals (4xx) and failures (5xx) are not charged.</summary>
    /// <param name="response">The response.</param>
    /// <exception cref="ArgumentNullException"><paramref name="response"/> is null.</exception>
    public static bool ChargeBelow400(HttpResponseMessage response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.StatusCode < HttpStatusCode.BadRequest;
    }

    /// <summary>Makes a copy in which settings that were left open are taken from the client's name and a container.</summary>
    internal BudgetHandlerOptions CompletedFrom(string clientName, IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(Calls);
        var copy = (BudgetHandlerOptions)MemberwiseClone();
        copy.Provider ??= clientName;
        copy.Calls = Calls.CompletedFrom(services);
        return copy;
    }

    private BudgetHandlerOptions Use(HttpUsageFormat format, string provider)
    {
        UsageFormat = format;
        Provider = provider;
        return this;
    }
}
