using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>The rules that guarded chat clients and embedding generators have in common, checked and frozen.</summary>
internal sealed class CallRules
{
    private readonly BudgetRequest _template;
    private readonly string? _defaultModel;
    private readonly Func<Exception, bool> _isFailureCharged;
    private readonly ILogger _logger;
    private readonly ModelWarning _modelWarning;

    /// <summary>The rules of a client.</summary>
    /// <param name="request">The request that every call's is made from.</param>
    /// <param name="defaultModel">The model of a call that names none; null when it is not known.</param>
    /// <param name="isFailureCharged">Decides for a call that ended in an exception.</param>
    /// <param name="logger">The logger.</param>
    public CallRules(BudgetRequest request, string? defaultModel, Func<Exception, bool> isFailureCharged, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(isFailureCharged, "IsFailureCharged");
        (_template, _defaultModel, _isFailureCharged, _logger) = (request, defaultModel, isFailureCharged, logger);
        _modelWarning = new(logger);
    }

    /// <summary>The model of a call, from the one that its options name.</summary>
    public string? ModelOf(string? named) => named ?? _defaultModel;

    /// <summary>The request of a call, before the options describe it further, and its payer, which is null when nobody is named.</summary>
    public (BudgetRequest Request, BudgetScopeContext? Payer) RequestOf(string? model, BudgetUsage usage, AdditionalPropertiesDictionary? properties)
    {
        var request = _template with { Model = model, Usage = usage };
        var payer = Payer.Of(properties);
        return (payer?.ApplyTo(request) ?? request, payer);
    }

    /// <summary>The request that the options' delegate returned, which must not be null.</summary>
    /// <exception cref="InvalidOperationException">It is null.</exception>
    public BudgetRequest Described(BudgetRequest? request)
    {
        if (request is null)
            throw new InvalidOperationException("Describe returned null.");
        _modelWarning.GiveFor(request);
        return request;
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
            AILog.RuleFailed(_logger, nameof(IsFailureCharged), e);
            return true;
        }
    }
}
