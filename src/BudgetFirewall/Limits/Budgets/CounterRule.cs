using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace BudgetFirewall.Storage;

/// <summary>A budget as a store needs it, in whole nanos of money or micros of a unit. Immutable.</summary>
public sealed class CounterRule : LimitRule
{
    private const int PeriodsKeptInPools = 2;
    private const int Million = 1_000_000;

    // That of any row of its schedule, where it is the limit of one row.
    private long _highestLimit;
    private readonly UsageRule? _usage;
    private string? _frozenLimitName;
    private bool _isLimitFrozen;

    /// <summary>The rule of a budget.</summary>
    /// <param name="budget">The budget.</param>
    /// <param name="source">The place that the budget's definition comes from.</param>
    /// <param name="replacedId">The id of the budget that this one replaces; null for none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="budget"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Its limit or ceiling has more decimal places than are counted, or is money above 9,000,000,000, or the ceiling is below the limit.</exception>
    /// <exception cref="ArgumentException">
    /// Its time zone is not UTC, and its period does not go by a clock; or its <see cref="Budget.LimitFromUsage"/> does not fit it; or it is throttled without saying how, or says how and is not throttled.
    /// </exception>
    public CounterRule(Budget budget, LimitSource source = LimitSource.Configuration, string? replacedId = null)
        : base(LimitKind.Budget, Checked(budget).Id, ReplacementKeyOf(budget), budget.Scope, budget.Unit, budget.Enforcement, budget.Filter, source, replacedId)
    {
        Budget = budget;
        Limit = budget.LimitAmount;
        Family = new(budget.Scope.Kind, budget.Calendar, budget.Unit, Name);
        TimeZones = Family.Calendar.IsInUtc ? [] : [Family.Calendar.TimeZone];
        Thresholds = [.. budget.WarnAt.Select(Threshold).Where(threshold => threshold.Amount > 0)];
        _usage = UsageRule.Of(budget);
        _highestLimit = Math.Max(Limit, _usage?.Ceiling ?? 0);
        Throttle = budget.Throttle is null ? null : new(budget, source);
        Ceiling = Throttle is null ? Limit : budget.CeilingAmount ?? long.MaxValue;
        Schedule(budget.Schedule, InRow);
    }

    /// <summary>The budget.</summary>
    public Budget Budget { get; }

    /// <summary>The counters of the budget, apart from the scope's id.</summary>
    public CounterFamily Family { get; private init; }

    /// <summary>The limit in nanos or micros.</summary>
    public long Limit { get; }

    /// <summary>The amount that nothing is admitted above, in nanos or micros: the ceiling of a throttled budget, or the maximum where it has none; the limit of every other budget.</summary>
    public long Ceiling { get; }

    /// <summary>
    /// The queue of the calls that find no room within the limit of a throttled budget; null for other budgets. It is a limit of the call too, and each call of the queue takes one permit.
    /// </summary>
    public LeakyBucketRule? Throttle { get; }

    /// <summary>The warning fractions in ascending order, without those that no 64-bit amount reaches.</summary>
    public ImmutableArray<WarnThreshold> Thresholds { get; }

    /// <summary>
    /// The name of the limits that follow from use: equal for rules that count the same and give the same limit after the same use, and for no others. Empty where the limit does not
    /// follow from use.
    /// </summary>
    public string FrozenLimitName => _usage is null ? "" : _frozenLimitName ??= $"{Name}/{_usage.Digest()}";

    /// <summary>True when counters are kept longer than their period: the limit follows from use, also where it is that of one period, or what is left is rolled over.</summary>
    internal bool OutlivesPeriod => _usage is not null || Budget.PoolId is not null;

    /// <summary>True when the limit follows from use, and that of the present period is not known yet, so that the store must be asked for it.</summary>
    internal bool IsLimitOpen => _usage is not null && !_isLimitFrozen;

    /// <summary>True when the budget denies money that does not fit, so that a cost must be known to be charged to it.</summary>
    internal bool EnforcesMoney => Enforcement.Denies && Unit is null;

    /// <inheritdoc/>
    public override DecisionOutcome? DenialOutcome => Enforcement.BudgetOutcome;

    internal override string? DisplayName => Budget.Name;

    private protected override long Whole => Limit;

    private protected override IReadOnlyDictionary<string, decimal> Headroom => Budget.PriorityHeadroom;

    internal override string ReplacementKey => Name;

    internal override bool IsTimed => base.IsTimed || Budget.Period.Span is not null || IsLimitOpen;

    internal override string OrderKey => $"{(int)Budget.Period.Kind}{Unit}\0{Id}";

    /// <summary>The text that a budget for one id shares with the budget for each id that it replaces.</summary>
    internal static string ReplacementKeyOf(Budget budget) =>
        DerivedId.FamilyName(budget.Scope.Kind, budget.CalendarName, budget.Unit, budget.Enforcement, budget.Filter);

    /// <summary>
    /// True when an amount fits within the limit, which it does while <c>spent + held + need</c> is at most the limit and the allowance together. A known 0 always fits.
    /// </summary>
    /// <param name="reading">The spent and held amounts, and the allowance.</param>
    /// <param name="need">The amount that there must be room for; the maximum stands for more than is counted, and never fits.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasRoom(LimitReading reading, long need) => HasRoom(reading, need, Limit);

    /// <summary>
    /// True when the budget has room for a call: within its limit, or, if it is throttled, below its ceiling, where nothing is kept free for other priorities. The allowance raises both.
    /// </summary>
    /// <param name="reading">The spent and held amounts, and the allowance.</param>
    /// <param name="demand">The demand of the call.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Fits(LimitReading reading, in LimitDemand demand) =>
        HasRoom(reading, demand.Need, Limit) || (Throttle is not null && (Ceiling == long.MaxValue || HasRoom(reading, demand.OwnNeed, Ceiling)));

    /// <summary>The verdict on a call: admitted while it fits, and a soft budget admits everything. That of a throttled budget's queue is another one.</summary>
    /// <param name="reading">The spent and held amounts, and the allowance.</param>
    /// <param name="demand">The demand of the call.</param>
    /// <param name="now">The store's time, UTC.</param>
    /// <param name="periodEnd">The end, UTC, of the period that is counted; the maximum when it does not end.</param>
    public Judgement Judge(LimitReading reading, in LimitDemand demand, DateTime now, DateTime periodEnd) =>
        Fits(reading, demand) || Enforcement.WithoutRoom == Verdict.Admit ? Judgement.Admitted : NoRoom(Wait(demand, now, periodEnd));

    /// <summary>
    /// The time after which a call that the budget refuses may fit: until a new period begins, or until a budget of one span concerns no request any more; null when nothing will change, or when even
    /// an empty period has no room for the call. A new period begins without an allowance.
    /// </summary>
    /// <param name="demand">The demand of the call.</param>
    /// <param name="now">The store's time, UTC.</param>
    /// <param name="periodEnd">The end, UTC, of the period that is counted; the maximum when it does not end.</param>
    public TimeSpan? Wait(in LimitDemand demand, DateTime now, DateTime periodEnd) =>
        PeriodIn(Throttle is null ? demand.Need <= _highestLimit : demand.OwnNeed <= Ceiling, now, periodEnd);

    /// <summary>
    /// The judgement of <see cref="Throttle"/> on a call that finds no room within the limit. Where the queue has no room either, a new period may come before the queue has.
    /// </summary>
    /// <param name="queued">The judgement of the queue by itself.</param>
    /// <param name="demand">The demand of the call on the budget.</param>
    /// <param name="now">The store's time, UTC.</param>
    /// <param name="periodEnd">The end, UTC, of the period that is counted; the maximum when it does not end.</param>
    public Judgement Throttled(Judgement queued, in LimitDemand demand, DateTime now, DateTime periodEnd) =>
        queued.IsRefusal && PeriodIn(demand.Need <= _highestLimit, now, periodEnd) is { } period && (queued.Wait is not { } wait || wait > period) ? new(queued.Verdict, period) : queued;

    private TimeSpan? PeriodIn(bool hasRoomThen, DateTime now, DateTime periodEnd) =>
        periodEnd != DateTime.MaxValue && (hasRoomThen || !Family.Calendar.Recurs) ? periodEnd - now : null;

    /// <summary>True when what is spent has reached a warning fraction of the limit and the allowance together.</summary>
    /// <param name="threshold">One of <see cref="Thresholds"/>.</param>
    /// <param name="spent">The amount spent, in nanos or micros.</param>
    /// <param name="allowance">The allowance, in nanos or micros, 0 or more.</param>
    public bool HasReached(WarnThreshold threshold, long spent, long allowance) => allowance == 0
        ? spent >= threshold.Amount
        : (Int128)spent * Million >= ((Int128)Limit + allowance) * threshold.FractionMicros;

    /// <summary>The part of an amount just charged that lies above the limit and the allowance together; 0 when none does.</summary>
    /// <param name="amount">The amount charged.</param>
    /// <param name="spent">The amount spent by now, in nanos or micros.</param>
    /// <param name="allowance">The allowance, in nanos or micros, 0 or more.</param>
    public long Overrun(long amount, long spent, long allowance) => spent > Limit && spent - Limit > allowance ? Math.Min(amount, spent - Limit - allowance) : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool HasRoom(LimitReading reading, long need, long limit)
    {
        if (need <= 0)
            return true;
        // The sum of the three may overflow 64 bits; limit and allowance together, and what is left of them, never do without a sign.
        var most = (ulong)limit + (ulong)reading.Allowance;
        if ((ulong)need > most || need == long.MaxValue)
            return false;
        var rest = most - (ulong)need;
        return (ulong)reading.Spent <= rest && (ulong)reading.Held <= rest - (ulong)reading.Spent;
    }

    /// <summary>
    /// The time, UTC, until which the counter of a period is kept: the period's end, that of the last period whose limit follows from it, or for a member of a pool that of the second period after it.
    /// The maximum when the period does not end.
    /// </summary>
    /// <param name="period">The period.</param>
    public DateTime KeptUntil(PeriodWindow period) => OutlivesPeriod ? Family.Calendar.EndAfter(period, _usage?.Periods ?? PeriodsKeptInPools) : period.End;

    /// <summary>The past periods that the limit of one follows from, the latest first; none where the limit does not follow from use.</summary>
    /// <param name="period">The period.</param>
    public IReadOnlyList<PeriodWindow> PeriodsBefore(PeriodWindow period) => _usage is null ? [] : Family.Calendar.Before(period, _usage.Periods);

    /// <summary>The limit, in nanos or micros, of the period after some past ones.</summary>
    /// <param name="spent">The amounts spent in <see cref="PeriodsBefore"/>, in their order; 0 for a period whose counter is not there.</param>
    public long LimitAfter(ReadOnlySpan<long> spent) => _usage?.LimitAfter(spent) ?? Limit;

    /// <summary>The same budget with the limit that it has in one period.</summary>
    /// <param name="limit">The limit, in nanos or micros.</param>
    internal CounterRule FrozenAt(long limit) =>
        new(Budget with { Limit = ToDecimal(limit), Id = Id }, Source, ReplacedId) { Family = Family, _frozenLimitName = FrozenLimitName, _isLimitFrozen = true };

    /// <inheritdoc/>
    public override decimal ToDecimal(long amount) => Unit is null ? Money.FromNanos(amount) : UnitAmount.FromMicros(amount);

    private CounterRule InRow(ScheduleRow? row)
    {
        // Where a row has no room for an amount, another row may have.
        var highest = Math.Max(Limit, Budget.Schedule.Max(other => (Budget with { Limit = other.Limit!.Value }).LimitAmount));
        return new(Budget with { Limit = row?.Limit ?? Budget.Limit, Schedule = [], Id = Id }, Source, ReplacedId) { _highestLimit = highest };
    }

    internal override LimitRule? InForceAt(DateTimeOffset now, ref PeriodWindow valid)
    {
        if (Budget.Period.Span is not { } span)
            return base.InForceAt(now, ref valid);
        if (!span.Contains(now))
        {
            valid = valid.Intersect(now.UtcDateTime < span.Start ? PeriodWindow.Always with { End = span.Start } : PeriodWindow.Always with { Start = span.End });
            return null;
        }
        valid = valid.Intersect(span);
        return base.InForceAt(now, ref valid);
    }

    private static Budget Checked(Budget budget)
    {
        ArgumentNullException.ThrowIfNull(budget);
        budget.CheckThrottle();
        budget.CheckCeiling();
        return budget;
    }

    private WarnThreshold Threshold(decimal fraction)
    {
        var fractionMicros = (long)(fraction * Million);
        var amount = ((Int128)Limit * fractionMicros + Million - 1) / Million;
        return new(fractionMicros, amount > long.MaxValue ? 0 : (long)Int128.Max(amount, 1));
    }
}
