using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>The options of a guarded generator, checked and frozen.</summary>
internal sealed class EmbeddingCallRules
{
    private readonly CallRules _rules;
    private readonly ITokenEstimator _estimator;
    private readonly Func<EmbeddingGenerationOptions?, BudgetRequest, BudgetRequest>? _describe;

    public EmbeddingCallRules(BudgetEmbeddingOptions options, EmbeddingGeneratorMetadata? metadata, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options.TokenEstimator, nameof(options.TokenEstimator));
        var template = new BudgetRequest { Provider = ProviderName.Of(options.Provider, metadata?.ProviderName), Operation = options.Operation };
        _rules = new(template, metadata?.DefaultModelId, options.IsFailureCharged, logger);
        _estimator = options.TokenEstimator;
        _describe = options.Describe;
    }

    /// <summary>The request that is reserved for, and the payer, also of the calls made inside this one; the payer is null when nobody is named.</summary>
    public (BudgetRequest Request, BudgetScopeContext? Payer) Describe<TInput>(IReadOnlyList<TInput> inputs, EmbeddingGenerationOptions? options)
    {
        var model = _rules.ModelOf(options?.ModelId);
        var tokens = 0L;
        foreach (var input in inputs)
            tokens += Math.Max(0, Estimate(input, model));
        var (request, payer) = _rules.RequestOf(model, BudgetUsage.Tokens(tokens, 0), options?.AdditionalProperties);
        request = _rules.Described(_describe is null ? request : _describe(options, request));
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

    public bool IsFailureCharged(Exception exception) => _rules.IsFailureCharged(exception);

    private long Estimate(object? input, string? model) => input is AIContent content
        ? _estimator.EstimateContent(content, model)
        : _estimator.EstimateText(input?.ToString() ?? "", model);
}
