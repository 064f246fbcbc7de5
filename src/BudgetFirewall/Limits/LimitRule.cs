using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>A limit as a store needs it, in whole nanos of money or micros of a unit. Immutable. The kinds of limits are the library's own.</summary>
public abstract class LimitRule
{
    // Most limits have no filter, so this is computed once and not with each request.
    private readonly bool _countsAll;
    private WeeklyHours? _hours;
    private LimitRule[] _rows = [];

    private protected LimitRule(LimitKind kind, string id, string name, BudgetScope scope, string? unit, Enforcement enforcement, RequestFilter filter, LimitSource source, string? replacedId)
    {
        Kind = kind;
        Id = id;
        Name = name;
        NameHash = name.GetHashCode(StringComparison.Ordinal);
        Scope = scope;
        Unit = unit;
        Enforcement = EnforcementTraits.Of(enforcement);
        Filter = filter;
        _countsAll = filter.IsEmpty;
        Source = source;
        ReplacedId = replacedId;
    }

    /// <summary>The limit's id.</summary>
    public string Id { get; }

    /// <summary>The kind of limit.</summary>
    public LimitKind Kind { get; }

    /// <summary>The kind of the scopes that are limited.</summary>
    public string ScopeKind => Scope.Kind;

    /// <summary>The usage unit that is counted; null for money, or for the permits of a rate limit.</summary>
    public string? Unit { get; }

    /// <summary>The effect of the limit where it has no room.</summary>
    public EnforcementTraits Enforcement { get; }

    /// <summary>The name of what is counted, apart from the scope's id: equal for limits that share their counters or states, and for no others.</summary>
    public string Name { get; }

    /// <summary>The time zones, other than UTC, by whose clocks the limit is counted. All processes that share a store must have the same data of them.</summary>
    public ImmutableArray<string> TimeZones { get; private protected set; } = [];

    /// <summary>The place that the limit's definition comes from.</summary>
    public LimitSource Source { get; }

    /// <summary>The id of the definition that would limit the same scope if this one were not there; null when there is none. Equal to <see cref="Id"/> where a run-time definition replaces a configured one.</summary>
    public string? ReplacedId { get; private set; }

    /// <summary>The scope as it is defined, which may be <see cref="BudgetScope.Each"/>.</summary>
    internal BudgetScope Scope { get; }

    internal int NameHash { get; }

    /// <summary>True when the limit is not the same at all times, so that what is in force must be asked for.</summary>
    internal virtual bool IsTimed => _hours is not null;

    internal RequestFilter Filter { get; }

    /// <summary>The name for people that texts show instead of the id; null for none.</summary>
    internal abstract string? DisplayName { get; }

    /// <summary>Equal for a limit on one id and the limit on each id that it replaces.</summary>
    internal abstract string ReplacementKey { get; }

    /// <summary>The text that limits of one kind of scope are ordered by.</summary>
    internal abstract string OrderKey { get; }

    /// <summary>The whole limit, in nanos or micros: what a budget admits in a period, and a rate limit at once.</summary>
    private protected abstract long Whole { get; }

    /// <summary>The fractions of the limit that must stay free, by priority.</summary>
    private protected abstract IReadOnlyDictionary<string, decimal> Headroom { get; }

    /// <summary>The amount of the limit that must stay free for other requests than those of a priority.</summary>
    internal long HeadroomFor(string priority) => Headroom.TryGetValue(priority, out var fraction) ? PriorityHeadroom.AmountOf(Whole, fraction) : 0;

    /// <summary>True when the filter selects a request.</summary>
    internal bool Counts(BudgetRequest request) => _countsAll || Filter.Matches(request);

    /// <summary>The same limit, in the place of another one.</summary>
    /// <param name="replacedId">The id of the other one.</param>
    internal LimitRule Replacing(string replacedId)
    {
        var copy = (LimitRule)MemberwiseClone();
        copy.ReplacedId = replacedId;
        copy._rows = Array.ConvertAll(_rows, row => row.Replacing(replacedId));
        return copy;
    }

    /// <summary>The limit that is in force at a moment; null when it does not count then.</summary>
    /// <param name="now">The moment, by the store's clock.</param>
    /// <param name="valid">A span around the moment, which is narrowed to where the answer is the same.</param>
    internal virtual LimitRule? InForceAt(DateTimeOffset now, ref PeriodWindow valid)
    {
        if (_hours is null)
            return this;
        var row = _hours.RowAt(now, out var same);
        valid = valid.Intersect(same);
        return _rows[row < 0 ? _rows.Length - 1 : row];
    }

    /// <summary>Takes over a schedule.</summary>
    /// <param name="schedule">The schedule; nothing is done where it has no rows.</param>
    /// <param name="inRow">Makes the limit of a row; of null the limit where no row is in force. Neither has a schedule.</param>
    private protected void Schedule(IReadOnlyList<ScheduleRow> schedule, Func<ScheduleRow?, LimitRule> inRow)
    {
        if (schedule.Count == 0)
            return;
        _hours = new(schedule);
        _rows = [.. schedule.Select(inRow), inRow(null)];
        TimeZones = [.. TimeZones.Concat(schedule.Select(row => row.TimeZone).Where(zone => !global::BudgetFirewall.TimeZones.IsUtc(zone))).Distinct(StringComparer.Ordinal)];
        foreach (var row in _rows)
            row.TimeZones = TimeZones;
    }

    /// <summary>The outcome of a decision that the limit denies; null when it denies none.</summary>
    public abstract DecisionOutcome? DenialOutcome { get; }

    /// <summary>The judgement of the limit where it has no room.</summary>
    /// <param name="wait">The time after which it would have room; null when time does not help.</param>
    public Judgement NoRoom(TimeSpan? wait) => new(Enforcement.WithoutRoom, wait);

    /// <summary>An amount as the API shows it.</summary>
    /// <param name="amount">Nanos of money or micros of a unit or of permits.</param>
    public abstract decimal ToDecimal(long amount);
}
