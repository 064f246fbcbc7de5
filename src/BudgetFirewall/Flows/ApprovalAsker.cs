using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Asks the store for approvals of what it has denied, where nothing but an approval is missing. Callers who need the same one at the same time share one question.</summary>
internal sealed class ApprovalAsker(SettingsSource settingsSource, StoreCaller storeCaller, ApprovalWatcher watcher, EventReporter events, ChangeReporter changes, TimeProvider timeProvider)
{
    private readonly PendingApprovals _pending = new(timeProvider);
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>True for a denial by nothing but limits that await an approval.</summary>
    public static bool IsFor(DecisionKind kind, in DecisionResult result)
    {
        if (result.Answer is not { Status: DecisionStatus.Denied } answer || kind == DecisionKind.CheckRateLimits)
            return false;
        var isAwaited = false;
        foreach (var judgement in answer.Judgements)
        {
            var traits = VerdictTraits.Of(judgement.Verdict);
            if (traits.Denies && !traits.AwaitsApproval)
                return false;
            isAwaited |= traits.AwaitsApproval;
        }
        return isAwaited;
    }

    /// <summary>Asks for an approval for each limit that awaits one. Where the store does not answer there are none, and the trouble is reported.</summary>
    public async ValueTask<AskedApprovals> AskAsync(DecisionCall call, DecisionAnswer answer, StoreDeadline deadline)
    {
        var counters = CountersOf(call, answer);
        var asked = new AskedApproval?[counters.Length];
        try
        {
            if (!FindAll(call.Partition, counters, asked))
            {
                var turn = _turns[(int)(unchecked((uint)HashCode.Combine(call.Partition, counters[0].Rule.Name, counters[0].ScopeId)) % (uint)_turns.Length)];
                await storeCaller.WaitForTurnAsync(turn, deadline).ConfigureAwait(false);
                try
                {
                    // Another caller may have asked while this one waited.
                    if (!FindAll(call.Partition, counters, asked))
                        await AskStoreAsync(call, counters, asked, deadline).ConfigureAwait(false);
                }
                finally
                {
                    turn.Release();
                }
            }
        }
        catch (BudgetStoreException e)
        {
            events.ApprovalFailed(call.OperationId, e);
        }
        return new([.. asked.Select(one => one?.Id).OfType<string>()], counters.Length, asked.Any(one => one is { IsOutdated: true }));
    }

    /// <summary>Forgets what is remembered of the counters of approvals that have ended, tells those who wait for them, and reports their ends.</summary>
    public void Heard(string? partition, params ReadOnlySpan<ApprovalRecord> ended)
    {
        foreach (var record in ended)
        {
            _pending.Forget(partition, record);
            watcher.Tell(partition, record.Id, record.State);
            events.ApprovalEnded(ApprovalOf.Record(record, partition));
            changes.ApprovalChanged(partition, record);
        }
    }

    /// <summary>Forgets what is remembered of the counters of a denied call, as their approvals have ended.</summary>
    public void Forget(DecisionCall call, DecisionAnswer answer)
    {
        foreach (var counter in CountersOf(call, answer))
            _pending.Forget(call.Partition, counter);
    }

    private bool FindAll(string? partition, AskedCounter[] counters, AskedApproval?[] asked)
    {
        var areAllKnown = true;
        for (var i = 0; i < counters.Length; i++)
        {
            if (_pending.TryFind(partition, counters[i], out var id))
                asked[i] = new(id);
            areAllKnown &= asked[i] is not null;
        }
        return areAllKnown;
    }

    private async ValueTask AskStoreAsync(DecisionCall call, AskedCounter[] counters, AskedApproval?[] asked, StoreDeadline deadline)
    {
        var settings = settingsSource.Current.Approvals;
        ImmutableArray<int> places = [.. Enumerable.Range(0, counters.Length).Where(i => asked[i] is null)];
        var question = new AskApprovalCall
        {
            Partition = call.Partition,
            Request = call.Request!,
            Counters = [.. places.Select(i => counters[i])],
            Lifetime = settings.Lifetime,
            Retention = settings.Retention,
        };
        var answer = await storeCaller.CallAsync("approval", static (store, asking) => store.AskApprovalAsync(asking), question, deadline).ConfigureAwait(false);
        Heard(call.Partition, answer.Expired.AsSpan());
        for (var i = 0; i < places.Length; i++)
        {
            var one = answer.Approvals[i];
            asked[places[i]] = one;
            if (!one.IsOutdated)
                _pending.Learn(call.Partition, counters[places[i]], one.Id);
            if (one.Made is not { } made)
                continue;
            events.ApprovalAsked(ApprovalOf.Record(made, call.Partition));
            changes.ApprovalChanged(call.Partition, made);
        }
    }

    private static AskedCounter[] CountersOf(DecisionCall call, DecisionAnswer answer)
    {
        var counters = new List<AskedCounter>();
        for (var i = 0; i < call.BudgetCount; i++)
        {
            if (!VerdictTraits.Of(answer.JudgementAt(i).Verdict).AwaitsApproval)
                continue;
            var (demand, rule) = (call.Limits[i], (CounterRule)call.Limits[i].Rule);
            counters.Add(new(rule, demand.ScopeId, rule.Family.Calendar.At(answer.Now).Start, answer.Readings[i], demand.OwnNeed, OperationId.MakeUp().ToString()));
        }
        return [.. counters];
    }
}
