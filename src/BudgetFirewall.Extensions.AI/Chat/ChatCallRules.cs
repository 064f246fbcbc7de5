using System.Collections.Frozen;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>The options of a guarded client, checked and frozen.</summary>
internal sealed class ChatCallRules
{
    private readonly BudgetRequest _template;
    private readonly ITokenEstimator _estimator;
    private readonly string? _defaultModel;
    private readonly FrozenDictionary<string, int> _ceilings;
    private readonly int _defaultCeiling;
    private readonly bool _isCeilingEnforced;
    private readonly Func<IReadOnlyList<ChatMessage>, ChatOptions?, BudgetRequest, BudgetRequest>? _describe;
    private readonly Func<Exception, bool> _isFailureCharged;
    private readonly Func<ChatUsageReport, BudgetUsage?>? _mapUsage;
    private readonly ILogger _logger;
    private readonly ModelWarning _modelWarning;

    public ChatCallRules(BudgetChatOptions options, ChatClientMetadata? metadata, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options.TokenEstimator);
        ArgumentNullException.ThrowIfNull(options.IsFailureCharged);
        CheckCeiling(options.DefaultMaxOutputTokens);
        foreach (var ceiling in options.MaxOutputTokens.Values)
            CheckCeiling(ceiling);
        _template = new() { Provider = ProviderName.Of(options.Provider, metadata?.ProviderName), Operation = options.Operation };
        _defaultModel = metadata?.DefaultModelId;
        _ceilings = options.MaxOutputTokens.ToFrozenDictionary(StringComparer.Ordinal);
        _defaultCeiling = options.DefaultMaxOutputTokens;
        _isCeilingEnforced = options.EnforceMaxOutputTokens;
        _describe = options.Describe;
        _isFailureCharged = options.IsFailureCharged;
        _mapUsage = options.MapUsage;
        _estimator = options.TokenEstimator;
        _logger = logger;
        _modelWarning = new(logger);
    }

    /// <summary>True when the options map what is reported in a way of their own.</summary>
    public bool MapsUsage => _mapUsage is not null;

    public ChatPrompt Describe(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(messages);
        // Enumerated once: a lazy sequence may not give the same a second time.
        var list = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        var model = options?.ModelId ?? _defaultModel;
        var input = Math.Max(0, _estimator.EstimatePrompt(list, options, model));
        var output = options?.MaxOutputTokens ?? (model is null ? _defaultCeiling : _ceilings.GetValueOrDefault(model, _defaultCeiling));
        var request = _template with { Model = model, Usage = BudgetUsage.Tokens(input, Math.Max(0, output)) };
        var payer = Payer.Of(options?.AdditionalProperties);
        request = payer?.ApplyTo(request) ?? request;
        if (_describe is not null)
            request = _describe(list, options, request) ?? throw new InvalidOperationException($"{nameof(BudgetChatOptions.Describe)} returned null.");
        _modelWarning.GiveFor(request);
        return new(list, Sent(options, output), request, input, payer);
    }

    /// <summary>The tokens of a text that has come back. The estimator must not lose an answer that is there.</summary>
    public long EstimateText(string text, string? model) => Estimate(static (estimator, seen) => estimator.EstimateText(seen.text, seen.model), (text, model));

    /// <summary>The tokens of another content that has come back.</summary>
    public long EstimateContent(AIContent content, string? model) => Estimate(static (estimator, seen) => estimator.EstimateContent(seen.content, seen.model), (content, model));

    public bool IsFailureCharged(Exception exception)
    {
        try
        {
            return _isFailureCharged(exception);
        }
#pragma warning disable CA1031 // A rule that throws must not leave a call unsettled.
        catch (Exception e)
#pragma warning restore CA1031
        {
            AILog.RuleFailed(_logger, nameof(BudgetChatOptions.IsFailureCharged), e);
            return true;
        }
    }

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

    private static void CheckCeiling(int tokens)
    {
        if (tokens < 0)
            throw new ArgumentOutOfRangeException(nameof(BudgetChatOptions.MaxOutputTokens), tokens, "A ceiling of output tokens must be at least 0.");
    }
}
