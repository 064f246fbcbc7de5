using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>The options of a handler, checked and frozen: what is reserved for a call, what is charged, and what a denied one gets.</summary>
internal sealed class HttpCallRules
{
    private readonly BudgetRequest _template;
    private readonly Func<HttpRequestMessage, BudgetRequest, BudgetRequest>? _describe;
    private readonly Func<HttpResponseMessage, bool> _isCharged;
    private readonly Func<Exception, bool> _isFailureCharged;
    private readonly Func<HttpCallResult, BudgetUsage?>? _readUsage;
    private readonly Func<BudgetDecision, HttpResponseMessage>? _onDenied;
    private readonly ILogger _logger;

    public HttpCallRules(BudgetHandlerOptions options, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options.IsCharged);
        ArgumentNullException.ThrowIfNull(options.IsFailureCharged);
        ArgumentNullException.ThrowIfNull(options.Provider);
        if (options.MaxCopiedBytes is < 0 or > 1 << 30)
            throw new ArgumentOutOfRangeException(nameof(options), options.MaxCopiedBytes, $"{nameof(options.MaxCopiedBytes)} must be from 0 to 1,073,741,824.");
        _template = new() { Provider = options.Provider, Operation = options.Operation, Usage = options.ExpectedUsage };
        _describe = options.Describe;
        _isCharged = options.IsCharged;
        _isFailureCharged = options.IsFailureCharged;
        _readUsage = options.ReadUsage;
        _onDenied = options.OnDenied;
        MaxCopiedBytes = _readUsage is null ? 0 : options.MaxCopiedBytes;
        _logger = logger;
    }

    public int MaxCopiedBytes { get; }

    public bool ReadsUsage => _readUsage is not null;

    public BudgetRequest Describe(HttpRequestMessage http)
    {
        var request = http.Options.TryGetValue(BudgetHttpKeys.ExpectedUsage, out var usage) ? _template with { Usage = usage } : _template;
        var ambient = BudgetScopeContext.Current;
        var payer = http.Options.TryGetValue(BudgetHttpKeys.Payer, out var own) ? own?.Within(ambient) : ambient;
        request = payer?.ApplyTo(request) ?? request;
        return _describe is null ? request : _describe(http, request) ?? throw new InvalidOperationException($"{nameof(BudgetHandlerOptions.Describe)} returned null.");
    }

    public HttpResponseMessage Deny(HttpRequestMessage request, BudgetDecision decision)
    {
        request.Options.Set(BudgetHttpKeys.Decision, decision);
        if (_onDenied is null)
            decision.ThrowIfDenied();
        var response = _onDenied!(decision) ?? throw new InvalidOperationException($"{nameof(BudgetHandlerOptions.OnDenied)} returned null.");
        response.RequestMessage ??= request;
        return response;
    }

    // A rule that throws must not leave a call unsettled: it then counts as charged.
    public bool IsCharged(HttpResponseMessage response)
    {
        try
        {
            return _isCharged(response);
        }
#pragma warning disable CA1031
        catch (Exception e)
#pragma warning restore CA1031
        {
            HttpLog.RuleFailed(_logger, nameof(BudgetHandlerOptions.IsCharged), e);
            return true;
        }
    }

    public bool IsFailureCharged(Exception exception)
    {
        try
        {
            return _isFailureCharged(exception);
        }
#pragma warning disable CA1031
        catch (Exception e)
#pragma warning restore CA1031
        {
            HttpLog.RuleFailed(_logger, nameof(BudgetHandlerOptions.IsFailureCharged), e);
            return true;
        }
    }

    public BudgetUsage? ReadUsage(HttpCallResult result)
    {
        try
        {
            return _readUsage!(result);
        }
#pragma warning disable CA1031
        catch (Exception e)
#pragma warning restore CA1031
        {
            HttpLog.RuleFailed(_logger, nameof(BudgetHandlerOptions.ReadUsage), e);
            return null;
        }
    }
}
