using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Makes entries of what a store has answered.</summary>
internal sealed class EntryFactory(BudgetStoreContext context)
{
    /// <summary>The entry of a charge or spend that was done.</summary>
    public LedgerEntry OfCharge(DecisionCall call, DecisionAnswer answer)
    {
        var request = call.Request!;
        return OfRequest(call.Kind == DecisionKind.Charge ? LedgerEntryKind.Charge : LedgerEntryKind.Spend, request, call.OperationId, call.Partition, answer.Now) with
        {
            AmountNanos = call.CostNanos,
            Counters = CountersOf(call, answer.Now),
            Lines = LinesOf(request, usage: null, call.CostNanos),
            Usage = request.Usage,
            OverrunNanos = OverrunOf(answer.Overruns),
            IsCostUnknown = call.IsCostUnknown,
        };
    }

    /// <summary>The entry of a commit that was done.</summary>
    public LedgerEntry OfCommit(SettleCall call, SettleAnswer answer)
    {
        var reservation = call.Reservation;
        var request = reservation.Request;
        return OfRequest(LedgerEntryKind.Commit, request, reservation.OperationId, reservation.Partition, answer.Now) with
        {
            AmountNanos = call.CostNanos,
            Counters = CountersOf(call),
            Lines = LinesOf(request, call.Usage, call.CostNanos),
            Usage = call.Usage ?? (call.CostNanos == reservation.CostNanos ? request.Usage : null),
            HeldNanos = reservation.CostNanos,
            OverrunNanos = OverrunOf(answer.Overruns),
            IsLate = answer.IsLate,
            IsCostUnknown = call.IsCostUnknown,
        };
    }

    /// <summary>The entry of a counter that was set back. Nobody gives resets an id, so that each is another operation.</summary>
    public LedgerEntry OfReset(string? partition, CounterFamily family, string scopeId, CounterReset reset) =>
        OfCounter(LedgerEntryKind.Reset, Guid.NewGuid().ToString("n"), partition, reset.Now, CounterOf(family, scopeId, reset, -reset.Spent));

    /// <summary>The entry of an allowance that has ended with a reset.</summary>
    public LedgerEntry OfEndedAllowance(string? partition, CounterFamily family, string scopeId, CounterReset reset) =>
        OfCounter(LedgerEntryKind.Allowance, Guid.NewGuid().ToString("n"), partition, reset.Now, CounterOf(family, scopeId, reset, -reset.Allowance));

    /// <summary>The entry of an allowance that was given, or taken back.</summary>
    public LedgerEntry OfAllowance(AllowanceCall call, AllowanceAnswer answer)
    {
        var counter = CounterOf(call.Rule, call.ScopeId, call.Rule.Family.Calendar.At(answer.Now), call.IsRevocation ? -answer.Moved : answer.Moved);
        return OfCounter(LedgerEntryKind.Allowance, call.OperationId, call.Partition, answer.Now, counter) with { OperationScope = call.OperationScope, Actor = call.By, Reason = call.Reason };
    }

    /// <summary>The entry of a correction that was done. It has its own time, and the counters of the charge with what was really taken from each.</summary>
    public LedgerEntry OfCorrection(CorrectionCall call, CorrectionAnswer answer) => new()
    {
        Kind = LedgerEntryKind.Correction,
        OperationId = call.CorrectionId,
        OperationScope = call.OperationScope,
        Partition = call.Partition,
        Time = answer.DoneAt,
        Scopes = call.Scopes,
        Operation = call.Operation,
        AmountNanos = -call.AmountNanos,
        Currency = context.Currency,
        Counters = [.. call.Counters.Select((counter, i) => CounterOf(counter, -answer.Moved[i]))],
        CorrectedEntryId = call.CorrectedEntryId,
        Actor = call.By,
        Reason = call.Reason,
    };

    /// <summary>The entry of an allowance that was given by an approval, under the approval's id.</summary>
    public LedgerEntry OfApproval(DecideApprovalCall call, ApprovalRecord approval, DateTimeOffset now)
    {
        var counter = CounterOf(approval.Rule, approval.ScopeId, approval.Period, approval.Amount);
        return OfCounter(LedgerEntryKind.Allowance, approval.Id, call.Partition, now, counter) with { Actor = approval.DecidedBy, Reason = approval.Note };
    }

    /// <summary>The entry of a budget, rate limit, pool or approval that was changed, under its id, or of what the members of a pool have had. Its identity is the same whoever makes it, if the change has its time.</summary>
    public LedgerEntry OfChange(LimitChange change, DateTimeOffset now) => new()
    {
        Kind = LedgerKinds.Of(change.Kind),
        OperationId = change.Id,
        OperationScope = ChangeParts.ScopeOf(change.Part),
        Partition = change.Partition,
        Time = change.Time ?? now,
        Scopes = change.Scope is { IsEach: false } scope ? ScopesOf(scope) : ImmutableDictionary<string, string>.Empty,
        Currency = context.Currency,
        Before = change.Before,
        After = change.After,
        Actor = change.By,
        Reason = change.Reason,
    };

    /// <summary>The entry of a request that was refused, or that a shadow limit would have refused.</summary>
    public LedgerEntry OfDenial(BudgetRequest request, DecisionCall call, DecisionAnswer? answer, DecisionOutcome outcome, DateTimeOffset now) =>
        OfRequest(LedgerEntryKind.Denial, request, call.OperationId, call.Partition, now) with
        {
            Outcome = outcome,
            Counters = [.. RefusingLimits(call, answer, outcome).Select(limit => LimitOf(limit, now)).Distinct()],
            Usage = request.Usage,
            HeldNanos = AskedOf(call),
            IsCostUnknown = call.IsCostUnknown,
        };

    /// <summary>The entry of denials that were counted together.</summary>
    public LedgerEntry OfDenials(DenialKey key, DateTimeOffset first, long count) => new()
    {
        Kind = LedgerEntryKind.Denial,
        OperationId = Guid.NewGuid().ToString("n"),
        Partition = key.Partition,
        Time = first,
        Scopes = key.Limit is { } limit ? ScopesOf(limit.Scope) : ImmutableDictionary<string, string>.Empty,
        Currency = context.Currency,
        Counters = key.Limit is { } counter ? [counter] : [],
        Outcome = key.Outcome,
        Count = count,
    };

    /// <summary>The entry of a check that was allowed, or of a reservation that was granted.</summary>
    public LedgerEntry OfAllowed(BudgetRequest request, DecisionCall call, DateTimeOffset now) =>
        OfRequest(call.Kind == DecisionKind.Reserve ? LedgerEntryKind.Reservation : LedgerEntryKind.Check, request, call.OperationId, call.Partition, now) with
        {
            Usage = request.Usage,
            HeldNanos = call.Kind == DecisionKind.Reserve ? call.CostNanos : AskedOf(call),
            IsCostUnknown = call.IsCostUnknown,
        };

    /// <summary>The limit that has decided: the first one that denies as the decision says; null where no limit has.</summary>
    public static LedgerCounter? DecidingLimit(DecisionCall call, DecisionAnswer? answer, DecisionOutcome outcome, DateTimeOffset now)
    {
        LimitDemand? first = null;
        foreach (var limit in RefusingLimits(call, answer, outcome))
        {
            if (outcome == DecisionOutcome.Allowed || limit.Rule.DenialOutcome == outcome)
                return LimitOf(limit, now);
            first ??= limit;
        }
        return first is { } other ? LimitOf(other, now) : null;
    }

    private static IEnumerable<LimitDemand> RefusingLimits(DecisionCall call, DecisionAnswer? answer, DecisionOutcome outcome)
    {
        for (var i = 0; answer is not null && i < call.Limits.Length; i++)
        {
            var judgement = answer.JudgementAt(i);
            if (outcome == DecisionOutcome.Allowed ? judgement.Verdict == Verdict.WouldRefuse : judgement.IsRefusal)
                yield return call.Limits[i];
        }
    }

    /// <summary>The cost that a request has asked for; null where it was not known.</summary>
    private static long? AskedOf(DecisionCall call) => call.IsCostUnknown ? null : call.CostNanos;

    // Nothing was moved in it. A rate limit has no periods, and a family's name is never that of a rate limit.
    private static LedgerCounter LimitOf(LimitDemand limit, DateTimeOffset now) => limit.Rule is CounterRule rule
        ? CounterOf(rule, limit.ScopeId, rule.Family.Calendar.At(now), moved: 0)
        : new(limit.Rule.Name, BudgetScope.Of(limit.Rule.ScopeKind, limit.ScopeId), PeriodStart: null, limit.Rule.Unit, Moved: 0);

    private LedgerEntry OfCounter(LedgerEntryKind kind, string operationId, string? partition, DateTimeOffset now, LedgerCounter counter) => new()
    {
        Kind = kind,
        OperationId = operationId,
        Partition = partition,
        Time = now,
        Scopes = ScopesOf(counter.Scope),
        Currency = context.Currency,
        Counters = [counter],
    };

    private LedgerEntry OfRequest(LedgerEntryKind kind, BudgetRequest request, string operationId, string? partition, DateTimeOffset now) => new()
    {
        Kind = kind,
        OperationId = operationId,
        OperationScope = request.OperationScope,
        Partition = partition,
        Time = now,
        Scopes = ScopesOf(request),
        Operation = request.Operation,
        Currency = context.Currency,
    };

    private static IReadOnlyDictionary<string, string> ScopesOf(BudgetScope scope) => scope.Kind == LedgerScopes.Global
        ? ImmutableDictionary<string, string>.Empty
        : new Dictionary<string, string>(StringComparer.Ordinal) { [scope.Kind] = scope.Id };

    private static Dictionary<string, string> ScopesOf(BudgetRequest request)
    {
        var scopes = request.Dimensions is { } dimensions ? new Dictionary<string, string>(dimensions, StringComparer.Ordinal) : new(StringComparer.Ordinal);
        scopes[LedgerScopes.Provider] = request.Provider;
        if (request.UserId is { } user)
            scopes[LedgerScopes.User] = user;
        if (request.ProjectId is { } project)
            scopes[LedgerScopes.Project] = project;
        if (request.Model is { } model)
            scopes[LedgerScopes.Model] = model;
        return scopes;
    }

    private static ImmutableArray<LedgerCounter> CountersOf(DecisionCall call, DateTimeOffset now)
    {
        var counters = ImmutableArray.CreateBuilder<LedgerCounter>(call.BudgetCount);
        for (var i = 0; i < call.BudgetCount; i++)
        {
            var demand = call.Limits[i];
            var rule = (CounterRule)demand.Rule;
            var period = rule.Family.Calendar.At(now);
            counters.Add(CounterOf(rule, demand.ScopeId, period, demand.Take));
        }
        return counters.MoveToImmutable();
    }

    private static ImmutableArray<LedgerCounter> CountersOf(SettleCall call)
    {
        var held = call.Reservation.Counters;
        var counters = ImmutableArray.CreateBuilder<LedgerCounter>(held.Length);
        for (var i = 0; i < held.Length; i++)
            counters.Add(CounterOf(held[i].Rule, held[i].ScopeId, held[i].Period, call.Amounts[i]));
        return counters.MoveToImmutable();
    }

    private static LedgerCounter CounterOf(CounterRule rule, string scopeId, PeriodWindow period, long moved) => CounterOf(rule.Family, scopeId, period.Start, rule.KeptUntil(period), moved);

    // The ledger knows how long the counter is needed since it was charged.
    private static LedgerCounter CounterOf(CorrectedCounter counter, long moved) => new(counter.Family, counter.Scope, LedgerTime.PeriodOf(counter.PeriodStart), counter.Unit, moved);

    private static LedgerCounter CounterOf(CounterFamily family, string scopeId, CounterReset reset, long moved) =>
        CounterOf(family, scopeId, reset.PeriodStart, family.Calendar.IsEndless ? DateTime.MaxValue : family.Calendar.At(reset.Now).End, moved);

    private static LedgerCounter CounterOf(CounterFamily family, string scopeId, DateTime periodStart, DateTime keptUntil, long moved) =>
        new(family.Name, BudgetScope.Of(family.Kind, scopeId), family.Calendar.IsEndless ? null : new DateTimeOffset(periodStart, TimeSpan.Zero), family.Unit, moved)
        {
            KeptUntil = keptUntil == DateTime.MaxValue ? null : new DateTimeOffset(keptUntil, TimeSpan.Zero),
        };

    /// <summary>The lines of a cost; one line where the prices do not make that cost, because it was given, or because they were changed just now.</summary>
    private ImmutableArray<CostLine> LinesOf(BudgetRequest request, BudgetUsage? usage, long costNanos)
    {
        var cost = costNanos / LedgerEntry.NanosPerUnit;
        if (TryPrice(request, usage) is { } breakdown && breakdown.Total == cost)
            return [.. breakdown.Lines];
        return costNanos == 0 ? [] : [new(PriceList.GivenCost, 1, cost, cost)];
    }

    private CostBreakdown? TryPrice(BudgetRequest request, BudgetUsage? usage)
    {
        try
        {
            return context.PriceLines(request, usage);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // The prices of a moment ago were others; what was charged stands.
            return null;
        }
    }

    private static long OverrunOf(ImmutableArray<BudgetOverrun> overruns)
    {
        var largest = 0m;
        foreach (var overrun in overruns)
            largest = overrun.Unit is null ? Math.Max(largest, overrun.Amount) : largest;
        return (long)(largest * LedgerEntry.NanosPerUnit);
    }
}
