using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>The options of a handler, checked and frozen: the reservation for a call, its charge, and the response to a denied one.</summary>
internal sealed class HttpCallRules
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private readonly IBudgetFirewall _firewall;
    private readonly BudgetRequest _template;
    private readonly HttpFormat? _format;
    private readonly int _maxRequestBodyBytes;
    private readonly Func<HttpRequestMessage, BudgetRequest, BudgetRequest>? _describe;
    private readonly Func<HttpCallDescription, CancellationToken, ValueTask<BudgetRequest>>? _describeAsync;
    private readonly Func<HttpResponseMessage, bool> _isCharged;
    private readonly Func<Exception, bool> _isFailureCharged;
    private readonly Func<HttpCallResult, BudgetUsage?>? _readUsage;
    private readonly Func<BudgetDecision, HttpResponseMessage>? _onDenied;
    private readonly ILogger _logger;
    private readonly LogInterval _requestNotRead;
    private readonly LogInterval _answerNotRead;
    private readonly LogInterval _readerFailed;
    private int _isMissingUsageLogged;

    public HttpCallRules(IBudgetFirewall firewall, BudgetHandlerOptions options, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options.IsCharged, nameof(options.IsCharged));
        ArgumentNullException.ThrowIfNull(options.IsFailureCharged, nameof(options.IsFailureCharged));
        if (options.Provider is null)
            throw new ArgumentNullException(nameof(options.Provider), "The options of a BudgetHandler must set Provider, the id of the provider that is paid, or a usage format that names one.");
        ArgumentOutOfRangeException.ThrowIfNegative(options.DefaultMaxOutputTokens, nameof(options.DefaultMaxOutputTokens));
        _firewall = firewall;
        _maxRequestBodyBytes = ByteLimit.Check(options.MaxRequestBodyBytes, nameof(options.MaxRequestBodyBytes));
        _format = options.UsageFormat is { } format ? new(format, options.DefaultMaxOutputTokens, options.Provider) : null;
        _template = new() { Provider = options.Provider, Operation = options.Operation, Usage = options.ExpectedUsage };
        _describe = options.Describe;
        _describeAsync = options.DescribeAsync;
        _isCharged = options.IsCharged;
        _isFailureCharged = options.IsFailureCharged;
        _readUsage = options.ReadUsage;
        _onDenied = options.OnDenied;
        MaxCopiedBytes = ByteLimit.Check(options.MaxCopiedBytes, nameof(options.MaxCopiedBytes));
        MaxTailBytes = ByteLimit.Check(options.MaxTailBytes, nameof(options.MaxTailBytes));
        _logger = logger;
        var timeProvider = options.Calls.TimeProvider ?? TimeProvider.System;
        (_requestNotRead, _answerNotRead, _readerFailed) = (new(timeProvider, LogInterval), new(timeProvider, LogInterval), new(timeProvider, LogInterval));
    }

    public int MaxCopiedBytes { get; }

    public int MaxTailBytes { get; }

    public bool ReadsUsage => _readUsage is not null;

    /// <summary>Makes the request that is reserved for a message.</summary>
    public async ValueTask<DescribedCall> DescribeAsync(HttpRequestMessage http, CancellationToken cancellationToken)
    {
        var hasOwnUsage = http.Options.TryGetValue(BudgetHttpKeys.ExpectedUsage, out var usage);
        var request = hasOwnUsage ? _template with { Usage = usage } : _template;
        var ambient = BudgetScopeContext.Current;
        var payer = http.Options.TryGetValue(BudgetHttpKeys.Payer, out var own) ? own?.Within(ambient) : ambient;
        request = payer?.ApplyTo(request) ?? request;
        if (_format is null && _describeAsync is null)
            return new(Described(http, request), default);
        var operation = _format?.OperationOf(http) ?? default;
        var description = new HttpCallDescription(http, request, _maxRequestBodyBytes);
        if (_format is not null)
            request = await DescribeByFormatAsync(_format, description, operation, hasOwnUsage, cancellationToken).ConfigureAwait(false);
        request = description.Request = Described(http, request);
        if (_describeAsync is not null)
        {
            request = await _describeAsync(description, cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidOperationException($"{nameof(BudgetHandlerOptions.DescribeAsync)} returned null.");
        }
        return new(operation.IsFree && request.Cost == 0 ? AsPriced(request) : request, operation);
    }

    /// <summary>True when an answer is to tell its usage, so that one that does not is charged by an estimate.</summary>
    public bool ReportsUsageOf(ApiOperation operation) => ReadsUsage || _format is not null && !operation.IsFree;

    /// <summary>A reader of the answer's usage; null where the answer has none that is known.</summary>
    public AnswerReader? ReadAnswer(ApiOperation operation, HttpContentHeaders headers)
    {
        string? problem = null;
        var reader = _format?.Read(operation, headers, out problem);
        if (problem is not null)
            AnswerNotRead(problem);
        return reader;
    }

    /// <summary>Logs that a reader has failed.</summary>
    public void ReaderFailed(Exception exception)
    {
        if (_readerFailed.IsDue())
            HttpLog.ReaderFailed(_logger, exception);
    }

    /// <summary>Logs that an answer that has come whole did not tell its usage.</summary>
    public void UsageNotReported(AnswerReader reader)
    {
        if (reader.HasUnreadable)
            AnswerNotRead("it is not what the format is");
        else if (Interlocked.Exchange(ref _isMissingUsageLogged, 1) == 0)
            HttpLog.UsageNotReported(_logger);
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

    private BudgetRequest Described(HttpRequestMessage http, BudgetRequest request) =>
        _describe is null ? request : _describe(http, request) ?? throw new InvalidOperationException($"{nameof(BudgetHandlerOptions.Describe)} returned null.");

    private async ValueTask<BudgetRequest> DescribeByFormatAsync(HttpFormat format, HttpCallDescription description, ApiOperation operation, bool hasOwnUsage, CancellationToken cancellationToken)
    {
        var body = HttpFormat.NeedsBody(description.Message, operation) ? await description.ReadBodyAsync(cancellationToken).ConfigureAwait(false) : null;
        var request = format.Describe(description.Message, operation, description.Request, hasOwnUsage, body, out var problem);
        if (problem is not null && _requestNotRead.IsDue())
            HttpLog.RequestNotRead(_logger, DisplayText.Escape(problem));
        return request;
    }

    // A call that is free at the provider has a cost of 0, unless the configuration prices calls as such or their bytes. It is then reserved and charged by that
    // price, so that a limit can refuse it.
    private BudgetRequest AsPriced(BudgetRequest request)
    {
        // No tokens are used, whatever model a delegate has named.
        var usage = request.Model is null || request.Usage is not { } given
            ? request.Usage
            : given with { InputTokens = given.InputTokens ?? 0, OutputTokens = given.OutputTokens ?? 0 };
        var priced = request with { Cost = null, Usage = usage };
        return IsPriced(priced) ? priced : priced with { Cost = 0m };
    }

    private bool IsPriced(BudgetRequest request)
    {
        try
        {
            return _firewall.Estimate(request) is { IsUnknown: false, Total: > 0 };
        }
        catch (UnknownPriceException)
        {
            return false;
        }
    }

    private void AnswerNotRead(string reason)
    {
        if (_answerNotRead.IsDue())
            HttpLog.AnswerNotRead(_logger, DisplayText.Escape(reason));
    }
}
