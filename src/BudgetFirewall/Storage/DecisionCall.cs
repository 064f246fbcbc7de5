using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace BudgetFirewall.Storage;

/// <summary>One decision or charge over every limit of a request, a transaction that is done whole or not at all. Immutable.</summary>
public sealed class DecisionCall
{
    /// <summary>The most budgets and rate limits of one call.</summary>
    public const int MaxLimits = 32;

    private ImmutableArray<LimitDemand> _limits = [];
    private int _budgetCount;
    private readonly object? _validity;
    private string? _operationId;
    private bool _isAbandoned;

    /// <summary>A call with the members that are set.</summary>
    public DecisionCall()
    {
    }

    /// <summary>A call of an operation. An operation without a given id gets a generated one, the same in all attempts at it.</summary>
    [SetsRequiredMembers]
#pragma warning disable CS8618 // The id becomes a text when it is read.
    internal DecisionCall(DecisionKind kind, in OperationIdentity operation, string catalogVersion, ImmutableArray<LimitDemand> limits, int budgetCount)
#pragma warning restore CS8618
    {
        Kind = kind;
        Partition = operation.Partition;
        OperationScope = operation.Scope;
        Fingerprint = operation.Fingerprint;
        CatalogVersion = catalogVersion;
        _limits = limits;
        BudgetCount = budgetCount;
        Operation = operation.ExplicitId is { } id ? global::BudgetFirewall.OperationId.Of(id) : operation.GeneratedId ?? global::BudgetFirewall.OperationId.MakeUp();
    }

    /// <summary>The kind of call.</summary>
    public required DecisionKind Kind { get; init; }

    /// <summary>The partition that every limit of the call is counted in; null without partitions.</summary>
    public string? Partition { get; init; }

    /// <summary>The scope that owns the operation's id; null when it has none. The same id in two scopes, or with and without a scope, names two operations.</summary>
    public string? OperationScope { get; init; }

    /// <summary>The operation's id, which names it within its partition and scope.</summary>
    public required string OperationId
    {
        get => _operationId ??= Operation.ToString();
        init => (_operationId, Operation) = (value, global::BudgetFirewall.OperationId.Of(value));
    }

    internal OperationId Operation { get; private init; }

    /// <summary>
    /// The time that the id is remembered from the first execution; null when the library generated it for this one call. A store need not remember such ids,
    /// but it records every reservation, and looks for a record under its id before it makes one.
    /// </summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>
    /// A digest of the kind of call and the caller's fields, to tell a replay from a conflict; 0 for a generated id.
    /// A record with 0 is replayed by every call of its kind: only a caller that received the 128 random bits of the id can repeat them.
    /// </summary>
    public UInt128 Fingerprint { get; init; }

    /// <summary>The version of the catalog that the limits were matched with; empty for a catalog without runtime limits.</summary>
    public required string CatalogVersion { get; init; }

    /// <summary>The known cost in nanos, which a replay returns.</summary>
    public long CostNanos { get; init; }

    /// <summary>True when the cost is only the part that is known, which a replay returns.</summary>
    public bool IsCostUnknown { get; init; }

    /// <summary>
    /// The limits, at most <see cref="MaxLimits"/>, each at most once: budgets first, then rate limits, and last <see cref="CounterRule.Throttle"/> of each throttled budget, unless the call is a charge.
    /// </summary>
    /// <exception cref="ArgumentException">A budget comes after a rate limit.</exception>
    public ImmutableArray<LimitDemand> Limits
    {
        get => _limits;
        init
        {
            _limits = value;
            BudgetCount = CountBudgets(value);
        }
    }

    /// <summary>
    /// The span of the store's time in which the limits are those that the request meets; null: always. Outside of it the answer is <see cref="DecisionStatus.OtherTime"/>,
    /// unless the operation was answered before.
    /// </summary>
    public PeriodWindow? Validity { get => (PeriodWindow?)_validity; init => _validity = value; }

    /// <summary>The number of budgets, which are the first of the limits.</summary>
    public int BudgetCount { get => _budgetCount; private init => _budgetCount = value; }

    /// <summary>The number of queues of throttled budgets, which are the last of the limits.</summary>
    public int ThrottleCount
    {
        get
        {
            var count = 0;
            while (count < _limits.Length - _budgetCount && _limits.ItemRef(_limits.Length - count - 1).Rule is RateLimitRule { IsThrottle: true })
                count++;
            return count;
        }
    }

    /// <summary>The place of the budget that a limit is the queue of; negative where the limit is no such queue. Where the budget has room within its limit, the queue is passed over.</summary>
    /// <param name="index">The limit's place in the call.</param>
    public int ThrottledBudget(int index)
    {
        if (_limits.ItemRef(index).Rule is RateLimitRule { IsThrottle: true } queue)
        {
            for (var i = 0; i < _budgetCount; i++)
            {
                if (ReferenceEquals(CounterAt(i).Throttle, queue))
                    return i;
            }
        }
        return -1;
    }

    /// <summary>The time that a reservation holds; only for <see cref="DecisionKind.Reserve"/>.</summary>
    public TimeSpan Lease { get; init; }

    /// <summary>The time that a reservation's record is kept after its lease ends; only for <see cref="DecisionKind.Reserve"/>.</summary>
    public TimeSpan RecordRetention { get; init; }

    /// <summary>
    /// The longest time that the call waits for its turn where a limit queues; a call that would have to wait longer is refused. The default, zero, refuses whatever has to wait.
    /// </summary>
    public TimeSpan MaxWait { get; init; }

    /// <summary>The request; null in a call that only looks for a replay. A reservation keeps it, because pricing a commit by id needs it again.</summary>
    public BudgetRequest? Request { get; init; }

    /// <summary>
    /// True when the call only asks whether the operation was answered before; the answer is <see cref="DecisionStatus.UnknownOperation"/> when it was not.
    /// It is for repeated calls that can no longer be priced or matched.
    /// </summary>
    public bool IsReplayOnly { get; init; }

    /// <summary>True when the call sets aside or charges amounts in budgets; false when it only looks at them.</summary>
    internal bool CountsInBudgets => Kind is not (DecisionKind.Check or DecisionKind.CheckRateLimits);

    /// <summary>True when the call is for an explanation, for which nothing is taken.</summary>
    internal bool IsOnlyJudged { get; init; }

    /// <summary>True when a budget of the call enforces money.</summary>
    internal bool MeetsEnforcedMoney
    {
        get
        {
            for (var i = 0; i < BudgetCount; i++)
            {
                if (CounterAt(i).EnforcesMoney)
                    return true;
            }
            return false;
        }
    }

    /// <summary>True when a budget of the call counts money, enforced or not.</summary>
    internal bool MeetsMoney
    {
        get
        {
            for (var i = 0; i < BudgetCount; i++)
            {
                if (CounterAt(i).Unit is null)
                    return true;
            }
            return false;
        }
    }

    /// <summary>True when at least one budget of the call does not count apart, as a shadow does.</summary>
    internal bool MeetsBudget
    {
        get
        {
            for (var i = 0; i < BudgetCount; i++)
            {
                if (!CounterAt(i).Enforcement.CountsApart)
                    return true;
            }
            return false;
        }
    }

    /// <summary>True once a caller that was allowed without the store's answer has given the reservation up.</summary>
    internal bool IsAbandoned { get => Volatile.Read(ref _isAbandoned); set => Volatile.Write(ref _isAbandoned, value); }

    /// <summary>The same call with some of its limits only.</summary>
    internal DecisionCall With(ImmutableArray<LimitDemand> limits, int budgetCount)
    {
        var copy = (DecisionCall)MemberwiseClone();
        (copy._limits, copy._budgetCount) = (limits, budgetCount);
        return copy;
    }

    internal static int CountBudgets(ImmutableArray<LimitDemand> limits)
    {
        var count = 0;
        for (var i = 0; i < limits.Length; i++)
        {
            if (limits[i].Rule.Kind != LimitKind.Budget)
                continue;
            if (count++ != i)
                throw new ArgumentException("The budgets of a call come before its rate limits.", nameof(limits));
        }
        return count;
    }

    private CounterRule CounterAt(int index) => (CounterRule)Limits[index].Rule;
}
