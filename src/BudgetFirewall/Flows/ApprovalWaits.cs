using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Takes denials on that await an approval: asks for it, and waits for the answer as long as the request allows. Nothing is held meanwhile.</summary>
internal sealed class ApprovalWaits(SettingsSource settingsSource, StoreCaller storeCaller, ApprovalAsker asker, ApprovalWatcher watcher, TimeProvider timeProvider)
{
    /// <summary>The number of times that one call is decided anew because a limit has changed between the denial and the question.</summary>
    private const int MaxOutdated = 3;

    /// <summary>Gives the denial with what was asked for, or the decision that was made anew.</summary>
    /// <param name="kind">The kind of call.</param>
    /// <param name="request">The request.</param>
    /// <param name="result">The result of the call.</param>
    /// <param name="deadline">The deadline of the question.</param>
    /// <param name="decideAnew">Decides the call anew.</param>
    public async ValueTask<DecisionResult> ResolveAsync(
        DecisionKind kind, BudgetRequest request, DecisionResult result, StoreDeadline deadline, Func<StoreDeadline, ValueTask<DecisionResult>> decideAnew)
    {
        var (start, wait) = (timeProvider.GetTimestamp(), request.ApprovalWait ?? settingsSource.Current.Approvals.Wait);
        for (var outdated = 0; ApprovalAsker.IsFor(kind, result);)
        {
            var asked = await asker.AskAsync(result.Call, result.Answer!, deadline).ConfigureAwait(false);
            result = result with { ApprovalIds = asked.Ids };
            if (!asked.IsOutdated || ++outdated > MaxOutdated)
            {
                if (wait - timeProvider.GetElapsedTime(start) is not { Ticks: > 0 } left || !asked.CanBeAwaited)
                    return result;
                var ended = await watcher.WaitAsync(result.Call.Partition, asked.Ids, left, deadline.CancellationToken).ConfigureAwait(false);
                if (ended is null)
                    return result;
                asker.Forget(result.Call, result.Answer!);
                if (ended == ApprovalState.Denied)
                    return result with { ApprovalIds = [] };
                // Nobody has answered: what is refused once more is asked for once more, and not waited for.
                if (ended != ApprovalState.Approved)
                    wait = TimeSpan.Zero;
            }
            deadline = storeCaller.Begin(deadline.CancellationToken);
            result = await decideAnew(deadline).ConfigureAwait(false);
        }
        return result;
    }
}
