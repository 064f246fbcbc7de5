using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace BudgetFirewall.Storage;

/// <summary>
/// A reservation as a store has recorded it, with all values that settling it needs, even if the configuration has changed by then. Immutable.
/// </summary>
/// <remarks>
/// It is named by partition, operation scope, operation id and <see cref="ExpiresAt"/>: once its record is forgotten its id may be used again, and a later reservation
/// under the same id is another one, which a settlement of this one must not find.
/// </remarks>
public sealed class HeldReservation
{
    private readonly DecisionCall? _call;
    private readonly Func<PeriodCalendar, DateTimeOffset, DateTime>? _periodStart;
    private readonly long _madeAtTicks;
    private ImmutableArray<HeldCounter> _counters = [];
    private ImmutableArray<LimitDemand> _rateLimits = [];
    private string? _operationId;

    /// <summary>A reservation with the members that are set.</summary>
    public HeldReservation()
    {
    }

    /// <summary>
    /// The reservation that a call has made. A shadow limit that would have refused the call is not part of it, because nothing was taken from it.
    /// </summary>
    [SetsRequiredMembers]
#pragma warning disable CS8618 // The id becomes a text when it is read.
    internal HeldReservation(
        DecisionCall call, ImmutableArray<Judgement> judgements, DateTimeOffset madeAt, DateTimeOffset expiresAt, Func<PeriodCalendar, DateTimeOffset, DateTime> periodStart)
#pragma warning restore CS8618
    {
        (_call, _madeAtTicks, _periodStart, _counters) = (call, madeAt.UtcTicks, periodStart, default);
        Partition = call.Partition;
        Request = call.Request!;
        CostNanos = call.CostNanos;
        IsCostUnknown = call.IsCostUnknown;
        ExpiresAt = expiresAt;
        _rateLimits = judgements.IsDefaultOrEmpty ? default : TakenOf(call, judgements);
    }

    /// <summary>The id of the operation that made it, which names it within its partition and scope.</summary>
    public required string OperationId { get => _operationId ??= _call!.OperationId; init => _operationId = value; }

    /// <summary>The partition; null without partitions.</summary>
    public string? Partition { get; init; }

    /// <summary>The scope that owns the operation's id, <see cref="BudgetRequest.OperationScope"/> of the request; null when it has none.</summary>
    public string? OperationScope => Request.OperationScope;

    /// <summary>The request, which pricing the commit's usage needs.</summary>
    public required BudgetRequest Request { get; init; }

    /// <summary>The cost that was set aside, in nanos.</summary>
    public required long CostNanos { get; init; }

    /// <summary>True when the cost that was set aside was only the part that was known.</summary>
    public bool IsCostUnknown { get; init; }

    /// <summary>The end of the lease as first given, UTC by the store's clock.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The counters, in the order of the call that made it.</summary>
    public ImmutableArray<HeldCounter> Counters
    {
        get => _counters.IsDefault ? _counters = [.. Enumerable.Range(0, CounterCount).Select(CounterAt)] : _counters;
        init => _counters = value;
    }

    /// <summary>The rate limits that were taken from, each with the amount. Turns above the limits of throttled budgets are not among them: nothing settles those.</summary>
    public ImmutableArray<LimitDemand> RateLimits
    {
        get => _rateLimits.IsDefault ? _rateLimits = [.. _call!.Limits.AsSpan()[_call.BudgetCount..^_call.ThrottleCount]] : _rateLimits;
        init => _rateLimits = value;
    }

    /// <summary>An object that the store that made the reservation keeps with it for its own use; null for none. Other stores ignore it.</summary>
    public object? StoreState { get; init; }

    internal OperationId Operation => _call?.Operation ?? global::BudgetFirewall.OperationId.Of(OperationId);

    /// <summary>True when a budget that the reservation holds enforces money.</summary>
    internal bool HoldsEnforcedMoney
    {
        get
        {
            for (var i = 0; i < CounterCount; i++)
            {
                if (CounterAt(i).Rule.EnforcesMoney)
                    return true;
            }
            return false;
        }
    }

    /// <summary>True when a budget that the reservation holds counts money, enforced or not.</summary>
    internal bool HoldsMoney
    {
        get
        {
            for (var i = 0; i < CounterCount; i++)
            {
                if (CounterAt(i).Rule.Unit is null)
                    return true;
            }
            return false;
        }
    }

    internal int CounterCount => _call?.BudgetCount ?? _counters.Length;

    internal int RateLimitCount => _rateLimits.IsDefault ? _call!.Limits.Length - _call.ThrottleCount - _call.BudgetCount : _rateLimits.Length;

    /// <summary>One of <see cref="Counters"/>, without making them all.</summary>
    internal HeldCounter CounterAt(int index)
    {
        if (_call is null)
            return _counters[index];
        var demand = _call.Limits[index];
        var rule = (CounterRule)demand.Rule;
        return new(rule, demand.ScopeId, demand.Take, _periodStart!(rule.Family.Calendar, new(_madeAtTicks, TimeSpan.Zero)));
    }

    /// <summary>One of <see cref="RateLimits"/>, without making them all.</summary>
    internal LimitDemand RateLimitAt(int index) => _rateLimits.IsDefault ? _call!.Limits[_call.BudgetCount + index] : _rateLimits[index];

    private static ImmutableArray<LimitDemand> TakenOf(DecisionCall call, ImmutableArray<Judgement> judgements)
    {
        var taken = ImmutableArray.CreateBuilder<LimitDemand>();
        for (var i = call.BudgetCount; i < call.Limits.Length - call.ThrottleCount; i++)
        {
            if (!judgements[i].IsPassedOver)
                taken.Add(call.Limits[i]);
        }
        return taken.ToImmutable();
    }
}
