using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Gives scopes an allowance on a budget for its present period, and takes it back.</summary>
internal sealed class AllowanceGranter(
    SettingsSource settingsSource, StoreCaller storeCaller, CatalogReader catalogReader, TimedLimits timedLimits, LimitFreezer limitFreezer, DenialCache denials, EventReporter events, IPoolRest poolRest)
{
    private const int MaxAttempts = 16;

    /// <summary>How much longer than its period the operation of an allowance for a member of a pool is remembered, whatever this process's clock says.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromHours(1);

    /// <summary>Gives an allowance, or takes it back as far as it is not used.</summary>
    /// <exception cref="ArgumentException">The budget does not count for the scope, or not at present, or the amount is none that it counts.</exception>
    /// <exception cref="OperationConflictException">The operation id was used before with other content.</exception>
    /// <exception cref="BudgetStoreException">The store did not answer.</exception>
    public async ValueTask<AllowanceChange> ChangeAsync(BudgetAllowance allowance, bool isRevocation, string? partition, CancellationToken cancellationToken)
    {
        var operationId = allowance.OperationId ?? OperationId.MakeUp().ToString();
        try
        {
            var limits = await catalogReader.ReadAsync(partition, storeCaller.Begin(cancellationToken)).ConfigureAwait(false);
            var rule = RuleOf(allowance, limits);
            for (var attempt = 0; attempt < MaxAttempts; attempt++)
            {
                var taking = PoolTaking.ForAllowance(allowance.OperationScope, operationId, rule.Budget.AmountOf(allowance.Amount, nameof(allowance.Amount)));
                var takenOf = isRevocation || rule.Budget.PoolId is not { } poolId ? null : await poolRest.TakeAsync(partition, poolId, taking, cancellationToken).ConfigureAwait(false);
                // Reading may have taken long, part by part; what comes now is one call.
                if (await ChangeAsync(allowance, rule, operationId, isRevocation, takenOf, partition, storeCaller.Begin(cancellationToken)).ConfigureAwait(false) is not { } change)
                    continue;
                if (!change.IsReplay)
                    events.AllowanceChanged(change);
                return change;
            }
            throw Unsettled();
        }
        catch (OperationConflictException e) when (e.OperationId is null)
        {
            throw Conflict(operationId);
        }
        catch (BudgetStoreException e)
        {
            events.StoreFailed("allowance", operationId, e, isDegraded: false);
            throw new BudgetStoreException(e.Message, e) { MayHaveHappened = e.MayHaveHappened, IsNeverAllowed = e.IsNeverAllowed, OperationId = operationId };
        }
    }

    /// <summary>Makes the change; null where the amount was taken of a period that is over by now.</summary>
    private async ValueTask<AllowanceChange?> ChangeAsync(
        BudgetAllowance allowance, CounterRule rule, string operationId, bool isRevocation, PeriodWindow? takenOf, string? partition, StoreDeadline deadline)
    {
        var amount = rule.Budget.AmountOf(allowance.Amount, nameof(allowance.Amount));
        DateTimeOffset? storeNow = null;
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            ImmutableArray<LimitDemand> demands = [LimitDemand.Look(rule, allowance.Scope.Id)];
            var budgetCount = demands.Length;
            var validity = timedLimits.Resolve(ref demands, ref budgetCount, partition, storeNow);
            if (TimedLimits.AreOpen(demands, validity))
            {
                storeNow = await limitFreezer.FreezeAsync(partition, demands, storeNow ?? timedLimits.StoreNow, deadline).ConfigureAwait(false);
                continue;
            }
            if (demands.IsEmpty)
            {
                storeNow = await OtherTimeAsync(partition, validity, deadline).ConfigureAwait(false)
                    ?? throw Refused(nameof(allowance.BudgetId), $"The budget '{allowance.BudgetId}' does not count at present: its period is {rule.Budget.Period}.");
                continue;
            }
            var call = CallOf(allowance, (CounterRule)demands[0].Rule, amount, operationId, isRevocation, partition, takenOf ?? validity, takenOf);
            var answer = await AskAsync(call, deadline).ConfigureAwait(false);
            switch (answer.Status)
            {
                case AllowanceStatus.Done:
                    return ChangeOf(allowance, call, answer);
                case AllowanceStatus.OtherTime when takenOf is not null:
                    return null;
                case AllowanceStatus.OtherTime:
                    storeNow = timedLimits.Heard(answer.Now, validity);
                    break;
                case AllowanceStatus.Conflict:
                    throw Conflict(operationId);
                case AllowanceStatus.TooMuch:
                    throw new ArgumentOutOfRangeException(
                        nameof(allowance.Amount), allowance.Amount, DisplayText.Escape($"The allowance of '{allowance.BudgetId}' for {allowance.Scope} would be more than a limit may be: {rule.ToDecimal(AllowanceCall.MaxAllowance)}."));
                default:
                    throw new InvalidOperationException($"There is no status {answer.Status}.");
            }
        }
        throw Unsettled();
    }

    private async ValueTask<AllowanceAnswer> AskAsync(AllowanceCall call, StoreDeadline deadline)
    {
        try
        {
            return await storeCaller.CallAsync("allowance", static (store, call) => store.GrantAsync(call), call, deadline).ConfigureAwait(false);
        }
        finally
        {
            denials.MadeRoom(call.Partition, call.Rule.Family, call.ScopeId);
        }
    }

    /// <summary>The store's time, where it is outside of a span; null where it is within.</summary>
    private async ValueTask<DateTimeOffset?> OtherTimeAsync(string? partition, PeriodWindow? validity, StoreDeadline deadline)
    {
        var version = "";
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var answer = await storeCaller.CallAsync(
                "status", static (store, call) => store.ReadStatusAsync(call), new StatusCall { Partition = partition, CatalogVersion = version, Validity = validity }, deadline).ConfigureAwait(false);
            if (!answer.IsStaleCatalog)
                return answer.IsOtherTime ? timedLimits.Heard(answer.Now, validity) : null;
            version = (await catalogReader.ReadAsync(partition, deadline).ConfigureAwait(false)).CatalogVersion;
        }
        throw Unsettled();
    }

    private AllowanceCall CallOf(BudgetAllowance allowance, CounterRule rule, long amount, string operationId, bool isRevocation, string? partition, PeriodWindow? validity, PeriodWindow? takenOf) => new()
    {
        Partition = partition,
        Rule = rule,
        ScopeId = allowance.Scope.Id,
        Amount = amount,
        IsRevocation = isRevocation,
        Validity = validity,
        OperationId = operationId,
        OperationScope = allowance.OperationScope,
        Reason = allowance.Reason,
        By = allowance.By,
        Retention = allowance.OperationId is null ? null : RetentionOf(takenOf),
        Fingerprint = allowance.OperationId is null
            ? 0
            : RequestFingerprint.Fingerprint(isRevocation ? "revoke" : "grant", allowance.Amount, allowance.BudgetId, allowance.Scope.Kind, allowance.Scope.Id, allowance.Reason, allowance.By),
    };

    // What is taken out of a pool for an id is taken once in a period, so that the id must not be forgotten and given for again before that.
    private TimeSpan RetentionOf(PeriodWindow? takenOf)
    {
        var retention = settingsSource.Current.OperationIdRetention;
        var period = takenOf is { } taken ? new DateTimeOffset(taken.End) - timedLimits.StoreNow + Slack : TimeSpan.Zero;
        return retention > period ? retention : period;
    }

    private static AllowanceChange ChangeOf(BudgetAllowance allowance, AllowanceCall call, AllowanceAnswer answer) => new()
    {
        Budget = StateOf.Budget(LimitDemand.Look(call.Rule, call.ScopeId), answer.Reading, queue: null, answer.Now),
        Amount = call.Rule.ToDecimal(call.IsRevocation ? -answer.Moved : answer.Moved),
        Partition = call.Partition,
        Reason = allowance.Reason,
        By = allowance.By,
        OperationId = call.OperationId,
        // Under an id that was made up for this call, a replay is the store's client's, which has asked again for a lost answer.
        IsReplay = answer.IsReplay && allowance.OperationId is not null,
    };

    /// <summary>The active budget that counts for the scope.</summary>
    private static CounterRule RuleOf(BudgetAllowance allowance, Limits limits)
    {
        var budget = limits.Find(new(LimitKind.Budget, allowance.BudgetId))?.Budget ?? throw Refused(nameof(allowance.BudgetId), $"There is no budget '{allowance.BudgetId}'.");
        budget.CheckAbout(allowance.Scope, nameof(allowance.Scope));
        if (!budget.IsActive)
            throw Refused(nameof(allowance.BudgetId), $"The budget '{allowance.BudgetId}' is not active, so that nothing is counted for it.");
        var name = CounterRule.ReplacementKeyOf(budget);
        var rule = limits.Budgets.ForScope(allowance.Scope).FirstOrDefault(rule => rule.Name == name);
        return rule?.Id == budget.Id ? rule : throw Refused(nameof(allowance.BudgetId), $"The budget '{rule?.Id}' takes the place of '{allowance.BudgetId}' for {allowance.Scope}.");
    }

    private static OperationConflictException Conflict(string operationId) => new($"The operation '{operationId}' was done before with other content.") { OperationId = operationId };

    private static BudgetStoreException Unsettled() => new("The limits were changed faster than an allowance could be given.") { MayHaveHappened = false };

    private static ArgumentException Refused(string member, string message) => new(DisplayText.Escape(message), member);
}
