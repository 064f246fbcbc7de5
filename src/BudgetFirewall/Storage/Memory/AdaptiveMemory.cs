namespace BudgetFirewall.Storage;

/// <summary>The state of an adaptive rate limit for one scope, which the memory store keeps while the limit is below its ceiling or pauses.</summary>
internal sealed class AdaptiveMemory(AdaptiveState state)
{
    private AdaptiveState _state = state;
    private long _usedAtTicks;
    // As they were when the limiter was last looked at.
    private int _scale = AdaptiveScale.Whole;
    private long _pausedFor;

    /// <summary>True when the state may be forgotten: nobody has used the limit for a day.</summary>
    public bool IsUnused(long nowTicks) => nowTicks - _usedAtTicks >= TimeSpan.TicksPerDay;

    /// <summary>True when there is nothing to remember any more.</summary>
    public bool IsOver(LimitRule rule, in StoreTime time) => _scale == AdaptiveScale.Whole && rule is RateLimitRule { Adaptive: { } adaptive } && _state.IsOver(adaptive, time.Microseconds);

    /// <summary>Finds what is in force at a time. A rule that is not adaptive, by a limit that was changed, is at its ceiling.</summary>
    public void Look(LimitRule rule, in StoreTime time)
    {
        var adaptive = (rule as RateLimitRule)?.Adaptive;
        _scale = adaptive is null ? AdaptiveScale.Whole : _state.ScaleBy(adaptive);
        _pausedFor = adaptive is null ? 0 : _state.PausedFor(adaptive, time.Microseconds);
    }

    /// <summary>Finds what was in force at an earlier time, by the part of the ceiling that a reading had then.</summary>
    public void LookBack(int scale) => (_scale, _pausedFor) = (scale, 0);

    /// <summary>The rule with the values that were found.</summary>
    public RateLimitRule InForce(LimitRule rule) => ((RateLimitRule)rule).At(_scale);

    /// <summary>The judgement of a limit that may have a pause.</summary>
    public Judgement Judged(in Judgement judgement, LimitRule rule, in LimitDemand demand)
    {
        if (_pausedFor == 0 || demand.Need <= 0)
            return judgement;
        var pause = TimeSpan.FromTicks(_pausedFor * TimeSpan.TicksPerMicrosecond);
        if (judgement.Verdict is Verdict.Admit or Verdict.Delay)
            return rule.NoRoom(pause);
        return judgement.Wait is { } wait && wait < pause ? rule.NoRoom(pause) : judgement;
    }

    public LimitReading Read(LimitReading reading) => reading.Adapted(_scale, TimeSpan.FromTicks(_pausedFor * TimeSpan.TicksPerMicrosecond));

    /// <summary>Takes note that a call has taken from the limit, which may make it grow for those that follow.</summary>
    public void Use(LimitRule rule, in StoreTime time)
    {
        _usedAtTicks = Math.Max(_usedAtTicks, time.Ticks);
        if (rule is RateLimitRule { Adaptive: { } adaptive })
            _state = _state.Used(adaptive, time.Microseconds);
    }

    /// <summary>Takes up what the provider has said.</summary>
    public AdaptiveChange Adapt(in RateLimitReport report, in StoreTime time)
    {
        var (rule, now, before) = (report.Rule.Adaptive!, time.Microseconds, _state);
        if (report.IsOverloaded)
            _state = _state.Lowered(rule, now);
        _state = _state.Paused(rule, now, report.PauseMicroseconds);
        if (_state != before)
            _usedAtTicks = Math.Max(_usedAtTicks, time.Ticks);
        return new(before.ScaleBy(rule), _state.ScaleBy(rule), TimeSpan.FromTicks(_state.PausedFor(rule, now) * TimeSpan.TicksPerMicrosecond), _state != before);
    }
}
