using System.Collections.Frozen;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>The options of a guarded client, checked and frozen.</summary>
internal sealed class ChatCallRules
{
    private readonly CallRules _rules;
    private readonly ITokenEstimator _estimator;
    private readonly FrozenDictionary<string, int> _ceilings;
    private readonly int _defaultCeiling;
    private readonly bool _isCeilingEnforced;
    private readonly bool _throwsOnDeniedTool;
    private readonly Func<IReadOnlyList<ChatMessage>, ChatOptions?, BudgetRequest, BudgetRequest>? _describe;
    private readonly Func<ChatUsageReport, BudgetUsage?>? _mapUsage;
    private readonly ILogger _logger;

    public ChatCallRules(BudgetChatOptions options, ChatClientMetadata? metadata, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options.TokenEstimator, nameof(options.TokenEstimator));
        CheckCeiling(options.DefaultMaxOutputTokens, nameof(options.DefaultMaxOutputTokens));
        foreach (var (model, ceiling) in options.MaxOutputTokens)
            CheckCeiling(ceiling, $"{nameof(options.MaxOutputTokens)}[{DisplayText.Escape(model)}]");
        var template = new BudgetRequest { Provider = ProviderName.Of(options.Provider, metadata?.ProviderName), Operation = options.Operation };
        _rules = new(template, metadata?.DefaultModelId, options.IsFailureCharged, logger);
        _ceilings = options.MaxOutputTokens.ToFrozenDictionary(StringComparer.Ordinal);
        _defaultCeiling = options.DefaultMaxOutputTokens;
        _isCeilingEnforced = options.EnforceMaxOutputTokens;
        _throwsOnDeniedTool = options.ThrowOnDeniedTool;
        _describe = options.Describe;
        _mapUsage = options.MapUsage;
        _estimator = options.TokenEstimator;
        _logger = logger;
    }

    /// <summary>True when the options map reported usage by a delegate.</summary>
    public bool MapsUsage => _mapUsage is not null;

    public ChatPrompt Describe(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(messages);
        // Enumerated once: a lazy sequence may not give the same a second time.
        var list = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        if (_throwsOnDeniedTool)
            DeniedTool.ThrowIfAny(list);
        var model = _rules.ModelOf(options?.ModelId);
        var input = Math.Max(0, _estimator.EstimatePrompt(list, options, model));
        var output = options?.MaxOutputTokens ?? (model is null ? _defaultCeiling : _ceilings.GetValueOrDefault(model, _defaultCeiling));
        var (request, payer) = _rules.RequestOf(model, BudgetUsage.Tokens(input, Math.Max(0, output)), options?.AdditionalProperties);
        request = _rules.Described(_describe is null ? request : _describe(list, options, request));
        return new(list, Sent(options, output), request, input, payer);
    }

    /// <summary>The tokens of a text that has come back. The estimator must not lose an answer that is there.</summary>
    public long EstimateText(string text, string? model) => Estimate(static (estimator, seen) => estimator.EstimateText(seen.text, seen.model), (text, model));

    /// <summary>The tokens of another content that has come back.</summary>
    public long EstimateContent(AIContent content, string? model) => Estimate(static (estimator, seen) => estimator.EstimateContent(seen.content, seen.model), (content, model));

    public bool IsFailureCharged(Exception exception) => _rules.IsFailureCharged(exception);

    public BudgetUsage? MapUsage(ChatUsageReport report)
    {
        try
        {
            return _mapUsage?.Invoke(report);
        }
#pragma warning disable CA1031 // A rule that throws must not leave a call unsettled.
        catch (Exception e)
#pragma warning restore CA1031
        {
            AILog.RuleFailed(_logger, nameof(BudgetChatOptions.MapUsage), e);
            return null;
        }
    }

    private long Estimate<T>(Func<ITokenEstimator, T, long> estimate, T seen)
    {
        try
        {
            return Math.Max(0, estimate(_estimator, seen));
        }
#pragma warning disable CA1031 // Whatever an estimator throws, the default one takes its place.
        catch (Exception e)
#pragma warning restore CA1031
        {
            AILog.RuleFailed(_logger, nameof(BudgetChatOptions.TokenEstimator), e);
            return estimate(new ByteTokenEstimator(), seen);
        }
    }

    private ChatOptions? Sent(ChatOptions? options, int ceiling)
    {
        var isLimited = _isCeilingEnforced && options?.MaxOutputTokens is null;
        var namesPayer = Payer.IsNamedBy(options?.AdditionalProperties);
        if (!isLimited && !namesPayer)
            return options;
        var sent = options?.Clone() ?? new();
        if (isLimited)
            sent.MaxOutputTokens = ceiling;
        // Some clients send on whatever is in there.
        if (namesPayer)
            sent.AdditionalProperties = Payer.Without(options!.AdditionalProperties!);
        return sent;
    }

    private static void CheckCeiling(int tokens, string member)
    {
        if (tokens < 0)
            throw new ArgumentOutOfRangeException(member, tokens, $"{member} must be at least 0.");
    }
}
