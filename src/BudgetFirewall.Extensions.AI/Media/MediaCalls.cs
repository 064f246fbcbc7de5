using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;

namespace BudgetFirewall;

#pragma warning disable MEAI001 // The types of images and speech are on trial, and so are these guards.

/// <summary>Reserves, makes and settles the calls of a guarded generator of images or speech.</summary>
internal sealed class MediaCalls : IDisposable
{
    private readonly CallGuard _guard;
    private readonly CallRules _rules;
    private readonly Func<BudgetRequest, BudgetRequest>? _describe;

    public MediaCalls(IBudgetFirewall firewall, BudgetMediaOptions options, CallGuardOptions calls, string? knownProvider, string? defaultModel)
    {
        var logger = (calls.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger("BudgetFirewall.Extensions.AI");
        var template = new BudgetRequest { Provider = ProviderName.Of(options.Provider, knownProvider), Operation = options.Operation };
        _rules = new(template, defaultModel, options.IsFailureCharged, logger);
        _describe = options.Describe;
        _guard = new(firewall, calls);
    }

    /// <summary>The model of a call, from the one that its options name.</summary>
    public string? ModelOf(string? named) => _rules.ModelOf(named);

    /// <summary>Makes one call.</summary>
    /// <param name="model">The model; null when it is not known.</param>
    /// <param name="expected">The usage that is expected.</param>
    /// <param name="properties">The additional properties of the call's options, which may name who pays.</param>
    /// <param name="make">Makes the call.</param>
    /// <param name="add">Adds the answer to what the call has used.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<T> RunAsync<T>(
        string? model, BudgetUsage expected, AdditionalPropertiesDictionary? properties, Func<Task<T>> make, Action<MediaTally, T> add, CancellationToken cancellationToken)
    {
        var (request, payer) = RequestOf(model, expected, properties);
        // Calls made inside this one have the same payer.
        using var scope = Payer.Enter(payer);
        var call = await _guard.BeginUnlessCancelledAsync(request, cancellationToken).ConfigureAwait(false);
        using var enclosing = call.Enter();
        var tally = new MediaTally();
        T answer;
        try
        {
            answer = await make().ConfigureAwait(false);
            add(tally, answer);
        }
        catch (Exception e)
        {
            await SettleBrokenAsync(call, tally, e).ConfigureAwait(false);
            throw;
        }
        await CommitAsync(call, tally, isCallerWaiting: true).ConfigureAwait(false);
        return answer;
    }

    /// <summary>Makes one call whose answer is a stream. A payer who is named where the stream is asked for pays, wherever it is read.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public IAsyncEnumerable<T> Stream<T>(
        string? model, BudgetUsage expected, AdditionalPropertiesDictionary? properties, Func<CancellationToken, IAsyncEnumerable<T>> make, Action<MediaTally, T> add, CancellationToken cancellationToken)
    {
        var (request, payer) = RequestOf(model, expected, properties);
        return Payer.Carry(StreamAsync(request, payer is null, make, add, cancellationToken), payer);
    }

    public void Dispose() => _guard.Dispose();

    private async IAsyncEnumerable<T> StreamAsync<T>(
        BudgetRequest request, bool isPaidByReader, Func<CancellationToken, IAsyncEnumerable<T>> make, Action<MediaTally, T> add, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (isPaidByReader && BudgetScopeContext.Current is { } reader)
            request = reader.ApplyTo(request);
        var call = await _guard.BeginUnlessCancelledAsync(request, cancellationToken).ConfigureAwait(false);
        // Enters the first read of the stream, in which the call is made.
        using var enclosing = call.Enter();
        var tally = new MediaTally();
        var isComplete = false;
        Exception? failure = null;
        try
        {
            var updates = make(cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using var disposal = updates.ConfigureAwait(false);
            while (true)
            {
                try
                {
                    if (!await updates.MoveNextAsync().ConfigureAwait(false))
                        break;
                }
                catch (Exception e)
                {
                    failure = e;
                    throw;
                }
                add(tally, updates.Current);
                yield return updates.Current;
            }
            isComplete = true;
        }
        finally
        {
            if (isComplete)
                await CommitAsync(call, tally, isCallerWaiting: true).ConfigureAwait(false);
            else
                await SettleBrokenAsync(call, tally, failure).ConfigureAwait(false);
        }
    }

    private (BudgetRequest Request, BudgetScopeContext? Payer) RequestOf(string? model, BudgetUsage expected, AdditionalPropertiesDictionary? properties)
    {
        var (request, payer) = _rules.RequestOf(model, expected, properties);
        return (_rules.Described(_describe is null ? request : _describe(request)), payer);
    }

    private static async ValueTask CommitAsync(GuardedCall call, MediaTally tally, bool isCallerWaiting)
    {
        var (usage, isEstimated) = tally.ToUsage(call.Request.Usage);
        await call.CommitAsync(usage, isEstimated, isCallerWaiting).ConfigureAwait(false);
    }

    /// <summary>Settles a call whose answer broke off. Where none has come, the exception decides whether the call may have been made.</summary>
    private async ValueTask SettleBrokenAsync(GuardedCall call, MediaTally tally, Exception? failure)
    {
        if (failure is not null)
            await call.ReportAsync(failure).ConfigureAwait(false);
        if (tally.HasSeenAny || (failure is not null && _rules.IsFailureCharged(failure)))
            await CommitAsync(call, tally, isCallerWaiting: false).ConfigureAwait(false);
        else
            await call.ReleaseAsync().ConfigureAwait(false);
    }
}
