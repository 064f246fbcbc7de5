using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;

namespace BudgetFirewall;

/// <summary>A chat client whose every call is reserved before it is made, and charged once, however it ends.</summary>
internal sealed class BudgetChatClient : DelegatingChatClient
{
    private readonly CallGuard _guard;
    private readonly ChatCallRules _rules;
    private readonly CacheWriteWarning _cacheWriteWarning;

    public BudgetChatClient(IChatClient client, IBudgetFirewall firewall, BudgetChatOptions options, CallGuardOptions calls) : base(client)
    {
        var logger = (calls.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger("BudgetFirewall.Extensions.AI");
        _rules = new(options, client.GetService<ChatClientMetadata>(), logger);
        _cacheWriteWarning = new(firewall, logger);
        _guard = new(firewall, calls);
    }

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var prompt = _rules.Describe(messages, options);
        // Calls made inside this one, as by tools, have the same payer.
        using var scope = Payer.Enter(prompt.Payer);
        var call = await _guard.BeginUnlessCancelledAsync(prompt.Request, cancellationToken).ConfigureAwait(false);
        using var enclosing = call.Enter();
        var tally = new ChatTally(prompt, _rules);
        ChatResponse response;
        try
        {
            response = await InnerClient.GetResponseAsync(prompt.Messages, prompt.Options, cancellationToken).ConfigureAwait(false);
            tally.Add(response);
        }
        catch (Exception e)
        {
            await SettleBrokenAsync(call, tally, e).ConfigureAwait(false);
            throw;
        }
        await CommitAsync(call, tally, isComplete: true).ConfigureAwait(false);
        return response;
    }

    // Not an iterator itself: a payer who is named where the stream is asked for pays, wherever it is read.
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var prompt = _rules.Describe(messages, options);
        return Payer.Carry(StreamAsync(prompt, cancellationToken), prompt.Payer);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _guard.Dispose();
        base.Dispose(disposing);
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(ChatPrompt prompt, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        prompt = prompt.PaidByReader();
        var call = await _guard.BeginUnlessCancelledAsync(prompt.Request, cancellationToken).ConfigureAwait(false);
        // Enters the first read of the stream, in which the call is made.
        using var enclosing = call.Enter();
        var tally = new ChatTally(prompt, _rules);
        var isComplete = false;
        Exception? failure = null;
        try
        {
            var updates = InnerClient.GetStreamingResponseAsync(prompt.Messages, prompt.Options, cancellationToken).GetAsyncEnumerator(cancellationToken);
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
                tally.Add(updates.Current);
                yield return updates.Current;
            }
            isComplete = true;
        }
        finally
        {
            if (isComplete)
                await CommitAsync(call, tally, isComplete: true).ConfigureAwait(false);
            else
                await SettleBrokenAsync(call, tally, failure).ConfigureAwait(false);
        }
    }

    private async ValueTask CommitAsync(GuardedCall call, ChatTally tally, bool isComplete)
    {
        var (usage, isEstimated) = tally.ToUsage(isComplete);
        _cacheWriteWarning.GiveFor(call.Request, usage, tally);
        await call.CommitAsync(usage, isEstimated, isCallerWaiting: isComplete).ConfigureAwait(false);
    }

    /// <summary>
    /// Settles a call whose answer broke off, charging the content that has come. Where none has, the exception decides whether the call may have been made, and
    /// answered.
    /// </summary>
    private async ValueTask SettleBrokenAsync(GuardedCall call, ChatTally tally, Exception? failure)
    {
        if (failure is not null)
            await call.ReportAsync(failure).ConfigureAwait(false);
        if (tally.HasSeenAny)
            await CommitAsync(call, tally, isComplete: false).ConfigureAwait(false);
        else if (failure is null || !_rules.IsFailureCharged(failure))
            await call.ReleaseAsync().ConfigureAwait(false);
        else if (CallFailure.WasAnswered(failure) && call.Request.Usage is { } held)
            await call.CommitAsync(held, isEstimated: true, isCallerWaiting: false).ConfigureAwait(false);
        else
            await CommitAsync(call, tally, isComplete: false).ConfigureAwait(false);
    }
}
