using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Takes a request through pricing, matching and the store, and repeats that when the catalog has changed in between.</summary>
internal sealed class DecisionEngine(
    SettingsSource settingsSource,
    StoreCaller storeCaller,
    LimitsSource limitsSource,
    CatalogReader catalogReader,
    TimedLimits timedLimits,
    LimitFreezer limitFreezer,
    TimeProvider timeProvider,
    LateGrantReleaser lateGrantReleaser,
    DenialCache denials)
{
    /// <summary>The number of times that one decision is tried while the catalog keeps changing. After that the store counts as unable to answer.</summary>
    private const int MaxAttempts = 16;

    private static readonly Func<DecisionCall, DecisionAnswer, DecisionResult> ResultOf = Result;
    private static readonly Func<DecisionCall, BudgetStoreException, DecisionResult> FailureOf = Failed;
    private static readonly Func<IBudgetStore, DecisionCall, ValueTask<DecisionAnswer>> Decide = static (store, call) => store.DecideAsync(call);

    /// <summary>The identity of a request's operation.</summary>
    /// <exception cref="ArgumentException">The request is larger than the options allow, or names no partition where there are partitions.</exception>
    public OperationIdentity Identify(DecisionKind kind, BudgetRequest request)
    {
        var settings = settingsSource.Current;
        RequestCaps.Check(request, settings);
        return OperationIdentity.Of(kind, request, Partitions.Of(request, settings.PartitionBy));
    }

    /// <summary>Decides; completes at once when the store answers at once.</summary>
    // In a method of its own: what is inlined into a caller's try block is not kept in registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public ValueTask<DecisionResult> DecideAsync(DecisionKind kind, BudgetRequest request, in OperationIdentity operation, StoreDeadline deadline)
    {
        var attempt = AttemptAsync(kind, request, operation, limitsSource.Of(operation.Partition), storeNow: null, deadline);
        if (!attempt.IsCompletedSuccessfully)
            return RepeatAsync(attempt, kind, request, operation, deadline);
        var result = attempt.Result;
        return result.IsStale ? RepeatAsync(new(result), kind, request, operation, deadline) : new(result);
    }

    /// <summary>Repeats the attempt each time the catalog has changed, under the same id: a store may answer so though it has done the call before, where that answer was lost.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<DecisionResult> RepeatAsync(
        ValueTask<DecisionResult> first, DecisionKind kind, BudgetRequest request, OperationIdentity operation, StoreDeadline deadline)
    {
        var result = await first.ConfigureAwait(false);
        DateTimeOffset? storeNow = null;
        if (!operation.HasExplicitId)
            operation = operation with { GeneratedId = result.Call.Operation };
        try
        {
            for (var attempts = 1; result.IsStale; attempts++)
            {
                var limits = result.Answer!.Status == DecisionStatus.OtherTime
                    ? limitsSource.Of(operation.Partition)
                    : await catalogReader.CatchUpAsync(operation.Partition, result.Call.CatalogVersion, deadline).ConfigureAwait(false);
                if (result.Answer.Status == DecisionStatus.OtherTime)
                    storeNow = timedLimits.Told(result.Answer.Now, result.Call.Validity);
                if (attempts == MaxAttempts)
                    throw new BudgetStoreException("The limits were changed faster than a decision could be made.") { MayHaveHappened = false };
                result = await AttemptAsync(kind, request, operation, limits, storeNow, deadline).ConfigureAwait(false);
            }
            return result;
        }
        catch (BudgetStoreException e)
        {
            return new(result.Call, Answer: null, e);
        }
    }

    private ValueTask<DecisionResult> AttemptAsync(DecisionKind kind, BudgetRequest request, in OperationIdentity operation, Limits limits, DateTimeOffset? storeNow, StoreDeadline deadline)
    {
        var settings = settingsSource.Current;
        DecisionCall call;
        try
        {
            call = RequestPlanner.Plan(kind, request, operation, settings, limits, timedLimits, timeProvider, storeNow);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return ReplayOrFailAsync(e, kind, operation, settings, limits, deadline);
        }
        if (call is { IsCostUnknown: true, Kind: not DecisionKind.Check, MeetsEnforcedMoney: true })
            return ReplayOrRefuseAsync(call, request, operation, settings, limits, deadline);
        if (IsDeniedUnasked(call, request, settings, limits, out var failure))
            return ReplayOrDenyAsync(call, operation, settings, limits, failure, deadline);
        return TimedLimits.AreOpen(call.Limits, call.Validity) ? FreezeAsync(call, storeNow ?? timedLimits.StoreNow, deadline) : AskAsync(call, settings, deadline);
    }

    /// <summary>Learns the limits of a call that are open. The result is one that must be planned anew, or one of the store's where a charge is made without knowing them.</summary>
    private async ValueTask<DecisionResult> FreezeAsync(DecisionCall call, DateTimeOffset plannedAt, StoreDeadline deadline)
    {
        try
        {
            var now = await limitFreezer.FreezeAsync(call.Partition, call.Limits, plannedAt, deadline).ConfigureAwait(false);
            return new(call, new() { Status = DecisionStatus.OtherTime, Now = now }, Failure: null);
        }
        catch (BudgetStoreException e)
        {
            // What is spent is recorded, whatever the limit is that it may be above.
            return call.Kind == DecisionKind.Charge ? await AskAsync(call, settingsSource.Current, deadline).ConfigureAwait(false) : Failed(call, e);
        }
    }

    private ValueTask<DecisionResult> AskAsync(DecisionCall call, FirewallSettings settings, StoreDeadline deadline) => settings.DenialCache > TimeSpan.Zero
        ? DecideByDenialsAsync(call, deadline)
        : storeCaller.CallAsync(DecisionKindName.Of(call.Kind), Decide, call, deadline, OnLate(call.Kind)).ThenInside(call, ResultOf, FailureOf);

    /// <summary>Denies a call by a denial that is remembered, or has the store decide it.</summary>
    private ValueTask<DecisionResult> DecideByDenialsAsync(DecisionCall call, StoreDeadline deadline)
    {
        if (denials.TryDeny(call) is { } denied)
            return new(denied);
        var before = denials.Begin();
        return storeCaller.CallAsync(DecisionKindName.Of(call.Kind), Decide, call, deadline, OnLate(call.Kind)).ThenInside(
            (Denials: denials, call, before),
            static (asked, answer) =>
            {
                asked.Denials.Learn(asked.call, answer, asked.before);
                return Result(asked.call, answer);
            },
            static ((DenialCache Denials, DecisionCall call, DenialCache.Moment before) asked, BudgetStoreException failure) => Failed(asked.call, failure));
    }

    /// <summary>True when a request is denied whatever its limits have room for: no budget counts it where one must, or one of its limits cannot be read.</summary>
    /// <param name="call">The call that the store is not asked.</param>
    /// <param name="request">The request.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="limits">The limits that the request was matched with.</param>
    /// <param name="failure">The failure that the request is denied for; null when no budget counts it.</param>
    public static bool IsDeniedUnasked(DecisionCall call, BudgetRequest request, FirewallSettings settings, Limits limits, out BudgetStoreException? failure)
    {
        failure = null;
        if (call.Kind == DecisionKind.Charge)
            return false;
        if (settings.UnbudgetedRequests == UnbudgetedRequests.Deny && !call.MeetsBudget && call.Kind != DecisionKind.CheckRateLimits)
            return true;
        if (limits.UnreadableFor(request, call.Kind) is { } unreadable)
            failure = Unreadable(unreadable);
        return failure is not null;
    }

    // A repeated operation gets its first answer even when it can no longer be priced or matched.
    private async ValueTask<DecisionResult> ReplayOrFailAsync(
        Exception fault, DecisionKind kind, OperationIdentity operation, FirewallSettings settings, Limits limits, StoreDeadline deadline)
    {
        if (await FindReplayAsync(kind, operation, settings, limits, deadline).ConfigureAwait(false) is { } replay)
            return replay;
        ExceptionDispatchInfo.Throw(fault);
        return default;
    }

    // An unknown cost is not charged to budgets that enforce money, unless the budgets have changed and none of them does.
    private async ValueTask<DecisionResult> ReplayOrRefuseAsync(
        DecisionCall call, BudgetRequest request, OperationIdentity operation, FirewallSettings settings, Limits limits, StoreDeadline deadline)
    {
        if (await FindReplayAsync(call.Kind, operation, settings, limits, deadline).ConfigureAwait(false) is { } replay)
            return replay;
        try
        {
            if (await FindStaleAsync(call, deadline).ConfigureAwait(false) is { } stale)
                return stale;
        }
        catch (BudgetStoreException)
        {
            // Bad input is reported as such even when the store cannot answer.
        }
        var need = $"Usage with tokens, or the units it is priced by (or give Cost); without it a {DecisionKindName.Of(call.Kind)} would be of an unknown amount.";
        throw settings.Prices.WhyUnknown(request, request.Usage, call.OperationId, need, nameof(request.Usage), timeProvider);
    }

    private async ValueTask<DecisionResult> ReplayOrDenyAsync(
        DecisionCall call, OperationIdentity operation, FirewallSettings settings, Limits limits, BudgetStoreException? failure, StoreDeadline deadline)
    {
        if (await FindReplayAsync(call.Kind, operation, settings, limits, deadline).ConfigureAwait(false) is { } replay)
            return replay;
        try
        {
            return await FindStaleAsync(call, deadline).ConfigureAwait(false) ?? new(call, Answer: null, failure);
        }
        catch (BudgetStoreException e)
        {
            return new(call, Answer: null, e);
        }
    }

    /// <summary>The first answer of a repeated operation, even where it could not be priced or matched any more; null when this is no repetition.</summary>
    private async ValueTask<DecisionResult?> FindReplayAsync(
        DecisionKind kind, OperationIdentity operation, FirewallSettings settings, Limits limits, StoreDeadline deadline)
    {
        if (!operation.HasExplicitId)
            return null;
        var replay = RequestPlanner.ReplayOnly(kind, operation, settings, limits);
        try
        {
            var answer = await storeCaller.CallAsync(DecisionKindName.Of(kind), Decide, replay, deadline, OnLate(kind)).ConfigureAwait(false);
            return answer.Status == DecisionStatus.UnknownOperation ? null : Result(replay, answer);
        }
        catch (BudgetStoreException)
        {
            // Bad input is reported as such even when the store cannot answer.
            return null;
        }
    }

    private Action<DecisionCall, DecisionAnswer, Exception>? OnLate(DecisionKind kind) => kind == DecisionKind.Reserve ? lateGrantReleaser.OnLate : null;

    // Requests are denied, because a limit that exists but cannot be read may be used up.
    private static BudgetStoreException Unreadable(UnreadableLimit limit) => new(
        $"The runtime {limit.Key.KindText} '{limit.Key.Id}' for {limit.Scope} cannot be read, so requests of its scope are denied: {limit.Reason}. Set a {limit.Key.KindText} with this id anew, or remove it by {limit.Key.CatalogName}.RemoveAsync with this id.")
    {
        MayHaveHappened = false,
        IsNeverAllowed = true,
    };

    /// <summary>
    /// The result of a call that must be matched anew, as another process has changed the catalog and this process has not read the change yet, or as limits that change with
    /// time are others by the store's clock; null when it need not be.
    /// </summary>
    private async ValueTask<DecisionResult?> FindStaleAsync(DecisionCall call, StoreDeadline deadline)
    {
        var look = new StatusCall { Partition = call.Partition, CatalogVersion = call.CatalogVersion, Validity = call.Validity };
        var answer = await storeCaller.CallAsync("status", static (store, asked) => store.ReadStatusAsync(asked), look, deadline).ConfigureAwait(false);
        if (!answer.IsStaleCatalog && !answer.IsOtherTime)
            return null;
        return new(call, new() { Status = answer.IsStaleCatalog ? DecisionStatus.StaleCatalog : DecisionStatus.OtherTime, Now = answer.Now }, Failure: null);
    }

    private static DecisionResult Result(DecisionCall call, DecisionAnswer answer) => answer.Status switch
    {
        DecisionStatus.Conflict => throw new OperationConflictException(
            $"The operation id '{call.OperationId}' was used before with other content; nothing was changed.")
        { OperationId = call.OperationId },
        DecisionStatus.Overflow => throw new BudgetOverflowException { OperationId = call.OperationId },
        DecisionStatus.Done or DecisionStatus.Denied or DecisionStatus.Delayed or DecisionStatus.StaleCatalog or DecisionStatus.OtherTime or DecisionStatus.UnknownOperation => new(call, answer, Failure: null),
        _ => throw new UnreachableException($"There is no status {answer.Status}."),
    };

    private static DecisionResult Failed(DecisionCall call, BudgetStoreException failure) => new(call, Answer: null, failure);
}
