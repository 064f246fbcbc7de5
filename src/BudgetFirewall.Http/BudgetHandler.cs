using Microsoft.Extensions.Logging.Abstractions;

namespace BudgetFirewall;

/// <summary>
/// Guards every call that goes through it: reserves budget before sending and charges by what came back. Thread-safe.
/// With <c>IHttpClientFactory</c>, add it by <c>AddBudgetFirewall</c>; without, set <see cref="DelegatingHandler.InnerHandler"/>.
/// </summary>
/// <remarks>
/// <para>Every message that passes is a call of its own. A retry handler around this one has each attempt decided and charged; one within has all its attempts held and charged as one.</para>
/// <para>A charged response is settled when its content is read to the end, disposed, or breaks off. The caller's content is neither buffered nor consumed.
/// A response that the caller neither reads nor disposes keeps its hold for <see cref="CallGuardOptions.MaxHold"/> and is not charged.</para>
/// <para>Synchronous sends block on the store where it is not in memory.</para>
/// </remarks>
public sealed class BudgetHandler : DelegatingHandler
{
    private readonly CallGuard _guard;
    private readonly HttpCallRules _rules;

    /// <summary>Makes a handler.</summary>
    /// <param name="firewall">The firewall that decides and records; it is not disposed.</param>
    /// <param name="options">The options by which calls are reserved and charged; the provider must be given.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">An option is not valid.</exception>
    public BudgetHandler(IBudgetFirewall firewall, BudgetHandlerOptions options)
    {
        ArgumentNullException.ThrowIfNull(firewall);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(options.Calls);
        _rules = new(firewall, options, (options.Calls.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger("BudgetFirewall.Http"));
        _guard = new(firewall, options.Calls);
    }

    /// <inheritdoc/>
    /// <exception cref="BudgetDeniedException">The call is denied, nothing was sent, and the options do not say what response to give.</exception>
    /// <exception cref="ChargeUnconfirmedException">The store did not confirm the charge, and the options say <see cref="UnconfirmedCharges.Throw"/>.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        var described = await _rules.DescribeAsync(request, cancellationToken).ConfigureAwait(false);
        var call = await _guard.TryBeginAsync(described.Request, cancellationToken).ConfigureAwait(false);
        if (!call.IsGranted)
            return _rules.Deny(request, call.Decision);
        var sending = new HttpSending(call, _rules, request, described.Operation);
        try
        {
            sending.Prepare();
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            return await sending.ReceiveAsync(response).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await sending.FailAsync(e).ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="BudgetDeniedException">The call is denied, nothing was sent, and the options do not say what response to give.</exception>
    /// <exception cref="ChargeUnconfirmedException">The store did not confirm the charge, and the options say <see cref="UnconfirmedCharges.Throw"/>.</exception>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        var described = Wait(_rules.DescribeAsync(request, cancellationToken));
        var call = Wait(_guard.TryBeginAsync(described.Request, cancellationToken));
        if (!call.IsGranted)
            return _rules.Deny(request, call.Decision);
        var sending = new HttpSending(call, _rules, request, described.Operation);
        try
        {
            sending.Prepare();
            return Wait(sending.ReceiveAsync(base.Send(request, cancellationToken)));
        }
        catch (Exception e)
        {
            Wait(sending.FailAsync(e));
            throw;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _guard.Dispose();
        base.Dispose(disposing);
    }

    private static T Wait<T>(ValueTask<T> task) => task.IsCompleted ? task.GetAwaiter().GetResult() : task.AsTask().GetAwaiter().GetResult();

    private static void Wait(ValueTask task)
    {
        if (task.IsCompleted)
            task.GetAwaiter().GetResult();
        else
            task.AsTask().GetAwaiter().GetResult();
    }
}
