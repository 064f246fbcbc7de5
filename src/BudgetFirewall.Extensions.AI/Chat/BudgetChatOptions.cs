using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>Options of a guarded chat client: the reservation before a call and the charge after it. Copied and checked when the client is made.</summary>
/// <remarks>The delegates are called from any thread and must not block. What <see cref="Describe"/> throws reaches the caller, and the model is not called.</remarks>
public sealed class BudgetChatOptions
{
    /// <summary>
    /// The provider that is paid: the id of the <c>provider</c> scope, 1 to 256 characters. Default: the provider's name in the client's metadata; where that has
    /// none, it must be given.
    /// </summary>
    public string? Provider { get; set; }

    /// <summary>The operation that is called; budgets may filter by it. Default <c>chat</c>.</summary>
    public string Operation { get; set; } = "chat";

    /// <summary>Estimates the tokens of a prompt, and of an answer without a usage. Default: <see cref="ByteTokenEstimator"/>.</summary>
    public ITokenEstimator TokenEstimator { get; set; } = new ByteTokenEstimator();

    /// <summary>
    /// The most output tokens of each model, reasoning included, by its name. They are held for the answer where the call does not set
    /// <see cref="ChatOptions.MaxOutputTokens"/>.
    /// Each at least 0. Empty by default.
    /// </summary>
    public IDictionary<string, int> MaxOutputTokens { get; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>
    /// The most output tokens of models that <see cref="MaxOutputTokens"/> does not list, at least 0. Default 4,096. An answer that is longer is charged in full,
    /// beyond what was held.
    /// </summary>
    public int DefaultMaxOutputTokens { get; set; } = 4_096;

    /// <summary>
    /// True: a call that does not limit its output is sent with the held output tokens as its limit, so that its answer cannot be longer.
    /// Default false: the call is sent unchanged, and an answer that is longer than the held tokens overspends.
    /// </summary>
    public bool EnforceMaxOutputTokens { get; set; }

    /// <summary>
    /// Completes the request that is reserved for a call: who pays for it, another model name for the price, a service tier in its usage. It is given the messages, the options and the
    /// request as made from them and from who pays (<see cref="BudgetPayerExtensions"/>, or the ambient <see cref="BudgetScopeContext"/>), and returns it, changed or not. Null, the default: not changed. It must not set an operation id.
    /// </summary>
    public Func<IReadOnlyList<ChatMessage>, ChatOptions?, BudgetRequest, BudgetRequest>? Describe { get; set; }

    /// <summary>
    /// Maps a usage that a provider reports in a way of its own; for a stream, the sum of its reports. It is given the usage that is charged by default, the counts,
    /// the request, and the answer, also in the types of the provider's SDK.
    /// Null, the default, or a null returned: input, output, cached, audio and reasoning tokens as they are defined, cache writes and images from the additional counts, and the other additional counts as units.
    /// Without a service tier, what it returns has that of the answer or of the request. It is called where a usage was reported. What it throws is logged, and the default applies.
    /// </summary>
    /// <remarks>With it, the raw representations of a stream are kept until its end.</remarks>
    /// <example><code>
    /// // Anthropic reports the one-hour part of the cache writes only in its own types; docs/chat.md has a mapping that reads streams too.
    /// options.MapUsage = report => report.RawRepresentations.OfType&lt;Message&gt;().FirstOrDefault()?.Usage.CacheCreation is { } written
    ///     ? report.Usage with { CacheWriteTokens = written.Ephemeral5mInputTokens, CacheWriteOneHourTokens = written.Ephemeral1hInputTokens }
    ///     : null;
    /// </code></example>
    public Func<ChatUsageReport, BudgetUsage?>? MapUsage { get; set; }

    /// <summary>
    /// Decides for a call that ended in an exception before anything came back: true charges it, false releases its hold. Default: <see cref="CallFailure.MayHaveBeenMade"/>.
    /// The charge is the held amount where <see cref="CallFailure.WasAnswered"/> is true, and otherwise the estimated prompt. A stream that breaks off later is
    /// always charged with the content that has come.
    /// </summary>
    public Func<Exception, bool> IsFailureCharged { get; set; } = CallFailure.MayHaveBeenMade;

    /// <summary>
    /// True: a tool that was denied ends the loop of a client that calls tools. Such a client, as <c>FunctionInvokingChatClient</c>, catches what a tool throws and
    /// tells the model of it; with this option, the next call of the model is not made, and the <see cref="BudgetDeniedException"/> of the tool reaches the caller.
    /// Default false: the model is told, and may go on.
    /// </summary>
    /// <remarks>The denial is found in <see cref="FunctionResultContent.Exception"/> of the results that follow the last message of the model.</remarks>
    public bool ThrowOnDeniedTool { get; set; }

    /// <summary>The options by which calls are held and settled.</summary>
    public CallGuardOptions Calls { get; set; } = new();
}
