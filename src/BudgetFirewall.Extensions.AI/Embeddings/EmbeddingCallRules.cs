using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>The options of a guarded generator, checked and frozen.</summary>
internal sealed class EmbeddingCallRules
{
    private readonly BudgetRequest _template;
    private readonly string? _defaultModel;
    private readonly ITokenEstimator _estimator;
    private readonly Func<EmbeddingGenerationOptions?, BudgetRequest, BudgetRequest>? _describe;
    private readonly Func<Exception, bool> _isFailureCharged;
    private readonly ILogger _logger;
    private readonly ModelWarning _modelWarning;

    public EmbeddingCallRules(BudgetEmbeddingOptions options, EmbeddingGeneratorMetadata? metadata, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options.TokenEstimator);
        ArgumentNullException.ThrowIfNull(options.IsFailureCharged);
        _template = new() { Provider = ProviderName.Of(options.Provider, metadata?.ProviderName), Operation = options.Operation };
        _defaultModel = metadata?.DefaultModelId;
        _estimator = options.TokenEstimator;
        _describe = options.Describe;
        _isFailureCharged = options.IsFailureCharged;
        _logger = logger;
        _modelWarning = new(logger);
    }

    /// <summary>What is reserved, and who pays, also for what is called inside; null when nobody is named.</summary>
    public (BudgetRequest Request, BudgetScopeContext? Payer) Describe<TInput>(IReadOnlyList<TInput> inputs, EmbeddingGenerationOptions? options)
    {
        var model = options?.ModelId ?? _defaultModel;
        var tokens = 0L;
        foreach (var input in inputs)
            tokens += Math.Max(0, Estimate(input, model));
        var request = _template with { Model = model, Usage = BudgetUsage.Tokens(tokens, 0) };
        var payer = Payer.Of(options?.AdditionalProperties);
        request = payer?.ApplyTo(request) ?? request;
        if (_describe is not null)
            request = _describe(options, request) ?? throw new InvalidOperationException($"{nameof(BudgetEmbeddingOptions.Describe)} returned null.");
        _modelWarning.GiveFor(request);
        return (request, payer);
    }

    /// <summary>The options as they are sent: the provider is not told who pays.</summary>
    public static EmbeddingGenerationOptions? Sent(EmbeddingGenerationOptions? options)
    {
        if (!Payer.IsNamedBy(options?.AdditionalProperties))
            return options;
        var sent = options!.Clone();
        sent.AdditionalProperties = Payer.Without(options.AdditionalProperties!);
        return sent;
    }

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
            AILog.RuleFailed(_logger, nameof(BudgetEmbeddingOptions.IsFailureCharged), e);
            return true;
        }
    }

    private long Estimate(object? input, string? model) => input is AIContent content
        ? _estimator.EstimateContent(content, model)
        : _estimator.EstimateText(input?.ToString() ?? "", model);
}
