using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// Remembers the hard budgets that had no room for a request, and the throttled ones that it would have taken above their ceiling, so that a flood of requests that they refuse does not reach the store. It never allows anything:
/// a request that would fit by what is remembered is decided by the store. Thread-safe.
/// </summary>
internal sealed class DenialCache(SettingsSource settingsSource, TimeProvider timeProvider)
{
    private const int MaxDenials = 10_000;
    private const int Places = 1_024;

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<Key, RememberedDenial> _denials = new();
    // The number of the last change that has made room in a counter, by the counter's hash: a denial that was decided before it is void.
    private readonly long[] _changes = new long[Places];
    private long _change;
    private int _count;

    public bool IsOn => settingsSource.Current.DenialCache > TimeSpan.Zero;

    /// <summary>The moment before a call to the store.</summary>
    public Moment Begin() => new(timeProvider.GetTimestamp(), Volatile.Read(ref _change));

    /// <summary>The denial of a call by what is remembered; null when the store must be asked.</summary>
    public DecisionResult? TryDeny(DecisionCall call)
    {
        // The store may know a repeated operation, whose first answer was no denial.
        if (Volatile.Read(ref _count) == 0 || call.Kind == DecisionKind.Charge || call.Retention is not null)
            return null;
        for (var i = 0; i < call.BudgetCount; i++)
        {
            ref readonly var demand = ref call.Limits.ItemRef(i);
            if (demand.Rule is CounterRule { Enforcement.BudgetOutcome: DecisionOutcome.BudgetExceeded } rule && _denials.TryGetValue(Key.Of(call, demand), out var denial)
                && !rule.Fits(denial.Reading, demand) && timeProvider.GetTimestamp() is var now && Counts(denial, call, Key.Of(call, demand), now))
            {
                return Denied(call, denial, timeProvider.GetElapsedTime(denial.AnsweredAt, now));
            }
        }
        return null;
    }

    /// <summary>Learns from the store's answer to a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="before">The moment before the call.</param>
    public void Learn(DecisionCall call, DecisionAnswer answer, Moment before)
    {
        if (call.Kind == DecisionKind.Charge || answer.IsReplay || answer.Status is not (DecisionStatus.Denied or DecisionStatus.Done))
            return;
        for (var i = 0; i < call.BudgetCount; i++)
        {
            ref readonly var demand = ref call.Limits.ItemRef(i);
            if (demand.Rule is not CounterRule { Enforcement.BudgetOutcome: DecisionOutcome.BudgetExceeded } rule)
                continue;
            if (answer.Status == DecisionStatus.Denied && !rule.Fits(answer.Readings[i], demand))
                Remember(Key.Of(call, demand), new(call, answer, i, before.Timestamp, timeProvider.GetTimestamp()), before);
            else if (Volatile.Read(ref _count) > 0 && _denials.TryGetValue(Key.Of(call, demand), out var denial) && rule.Fits(answer.Readings[i], denial.Demand))
                Forget(Key.Of(call, demand), denial);
        }
    }

    /// <summary>Forgets what the end of a reservation, whatever came of it, has made or may have made room for.</summary>
    public void Settled(SettleCall call)
    {
        if (!IsOn)
            return;
        var reservation = call.Reservation;
        for (var i = 0; i < reservation.CounterCount; i++)
        {
            var held = reservation.CounterAt(i);
            if (!call.IsCommit || call.Amounts.IsDefaultOrEmpty || call.Amounts[i] < held.Amount)
                MadeRoom(new(reservation.Partition, held.Rule.Name, held.ScopeId, held.Rule.NameHash));
        }
    }

    /// <summary>Forgets a counter that is corrected, of whatever period.</summary>
    public void MadeRoom(string? partition, string familyName, string scopeId)
    {
        if (IsOn)
            MadeRoom(new(partition, familyName, scopeId, familyName.GetHashCode(StringComparison.Ordinal)));
    }

    /// <summary>Forgets a counter that is reset, or whose allowance is changed.</summary>
    public void MadeRoom(string? partition, CounterFamily family, string scopeId)
    {
        if (IsOn)
            MadeRoom(new(partition, family.Name, scopeId, family.GetHashCode()));
    }

    /// <summary>True while a denial counts. One caller at a time is sent to the store when its time is over.</summary>
    private bool Counts(RememberedDenial denial, DecisionCall call, Key key, long timestamp)
    {
        var settings = settingsSource.Current;
        var age = timeProvider.GetElapsedTime(denial.AskedAt, timestamp);
        // The store decides which row of a schedule is in force.
        if (call.Validity is { } valid && !valid.Contains(denial.Answer.Now + age))
            return false;
        if (denial.Call.CatalogVersion != call.CatalogVersion || (denial.Answer.Now + age).UtcDateTime >= denial.PeriodEnd || age >= settings.DenialCache + settings.StoreTimeout)
        {
            Forget(key, denial);
            return false;
        }
        return age < settings.DenialCache || !denial.IsToAskAgain();
    }

    private void Remember(Key key, RememberedDenial denial, Moment before)
    {
        lock (_lock)
        {
            if (ChangeOf(key) > before.Change)
                return;
            if (_count >= MaxDenials && !_denials.ContainsKey(key))
            {
                _denials.Clear();
                _count = 0;
            }
            if (!_denials.ContainsKey(key))
                Volatile.Write(ref _count, _count + 1);
            _denials[key] = denial;
        }
    }

    private void MadeRoom(Key key)
    {
        lock (_lock)
        {
            ChangeOf(key) = ++_change;
            if (_denials.TryRemove(key, out _))
                Volatile.Write(ref _count, _count - 1);
        }
    }

    private ref long ChangeOf(Key key) => ref _changes[key.GetHashCode() & (Places - 1)];

    private void Forget(Key key, RememberedDenial denial)
    {
        lock (_lock)
        {
            if (_denials.TryRemove(KeyValuePair.Create(key, denial)))
                Volatile.Write(ref _count, _count - 1);
        }
    }

    /// <summary>
    /// The answer that the store would give as far as it is remembered, with waits by the time that has passed. It lists the limits of the denied call that this one meets too;
    /// of others nothing is known.
    /// </summary>
    private static DecisionResult Denied(DecisionCall call, RememberedDenial denial, TimeSpan passed)
    {
        var now = denial.Answer.Now + passed;
        Span<int> places = stackalloc int[DecisionCall.MaxLimits];
        var known = denial.PlacesOf(call, now.UtcDateTime, places);
        if (known < call.Limits.Length)
            call = OfKnown(call, known, places);
        var (readings, judgements) = (new LimitReading[known], new Judgement[known]);
        for (var i = 0; i < known; i++)
        {
            ref readonly var demand = ref call.Limits.ItemRef(i);
            readings[i] = denial.Answer.Readings[places[i]];
            judgements[i] = demand.Rule is CounterRule rule
                ? rule.Judge(readings[i], demand, now.UtcDateTime, denial.PeriodEndAt(places[i]))
                : IsPassedOver(call, i, readings) ? Judgement.PassedOver : Waited(denial, places[i], call, i, passed);
        }
        var answer = new DecisionAnswer
        {
            Status = DecisionStatus.Denied,
            Now = now,
            CostNanos = call.CostNanos,
            Readings = ImmutableCollectionsMarshal.AsImmutableArray(readings),
            Judgements = ImmutableCollectionsMarshal.AsImmutableArray(judgements),
            IsFromCache = true,
        };
        return new(call, answer, Failure: null);
    }

    /// <summary>The call with those of its limits that were part of the denied one. Their places there are moved to the front.</summary>
    private static DecisionCall OfKnown(DecisionCall call, int known, Span<int> places)
    {
        var (demands, count, budgets) = (new LimitDemand[known], 0, 0);
        for (var i = 0; i < call.Limits.Length; i++)
        {
            if (places[i] < 0)
                continue;
            budgets += i < call.BudgetCount ? 1 : 0;
            (demands[count], places[count]) = (call.Limits[i], places[i]);
            count++;
        }
        return call.With(ImmutableCollectionsMarshal.AsImmutableArray(demands), budgets);
    }

    /// <summary>True for the queue of a throttled budget that has room for the call within its limit, as far as is known.</summary>
    private static bool IsPassedOver(DecisionCall call, int index, ReadOnlySpan<LimitReading> readings)
    {
        if (call.Limits[index].Rule is not RateLimitRule { IsThrottle: true })
            return false;
        var budget = call.ThrottledBudget(index);
        return budget < 0 || ((CounterRule)call.Limits[budget].Rule).HasRoom(readings[budget], call.Limits[budget].Need);
    }

    /// <summary>
    /// The judgement of a rate limit, of whose wait some time has passed. One that has let less through, or whose wait is over, has room as far as is known, and so has a queue for a call
    /// that waits longer.
    /// </summary>
    private static Judgement Waited(RememberedDenial denial, int place, DecisionCall call, int index, TimeSpan passed)
    {
        var (judgement, demand) = (denial.Answer.JudgementAt(place), call.Limits[index]);
        if (judgement.Verdict == Verdict.Admit || demand.Need < denial.Call.Limits[place].Need || (demand.Rule is RateLimitRule { IsQueue: true } && call.MaxWait > denial.Call.MaxWait))
            return Judgement.Admitted;
        return judgement.Wait is not { } wait ? judgement : wait > passed ? new(judgement.Verdict, wait - passed) : Judgement.Admitted;
    }

    /// <summary>The moment before a call: a timestamp, and the number of the last change that made room.</summary>
    internal readonly record struct Moment(long Timestamp, long Change);

    /// <summary>The name of one counter, whatever its period.</summary>
    private readonly record struct Key(string? Partition, string Name, string ScopeId, int NameHash)
    {
        public static Key Of(DecisionCall call, in LimitDemand demand) => new(call.Partition, demand.Rule.Name, demand.ScopeId, demand.Rule.NameHash);

        public override int GetHashCode() => HashCode.Combine(NameHash, ScopeId, Partition);
    }
}
