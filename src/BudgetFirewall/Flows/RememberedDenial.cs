using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>A denial of the store by a budget, for as long as the process remembers it.</summary>
/// <param name="Call">The call that was denied.</param>
/// <param name="Answer">The store's answer.</param>
/// <param name="Index">The budget's place in the call.</param>
/// <param name="AskedAt">The timestamp before the call was made: at that time the store's clock showed no more than the answer says.</param>
/// <param name="AnsweredAt">The timestamp of the answer: at that time the store's clock showed no less than the answer says.</param>
internal sealed record RememberedDenial(DecisionCall Call, DecisionAnswer Answer, int Index, long AskedAt, long AnsweredAt)
{
    private readonly DateTime[] _periodEnds = [.. Call.Limits.Take(Call.BudgetCount).Select(demand => ((CounterRule)demand.Rule).Family.Calendar.At(Answer.Now).End)];
    private int _isAskedAgain;

    public LimitReading Reading => Answer.Readings[Index];

    /// <summary>The demand that there was no room for.</summary>
    public LimitDemand Demand => Call.Limits[Index];

    /// <summary>The end, UTC, of the period in which the budget had no room.</summary>
    public DateTime PeriodEnd => _periodEnds[Index];

    /// <summary>The end, UTC, of the period that a budget of the call was counted in.</summary>
    public DateTime PeriodEndAt(int place) => _periodEnds[place];

    /// <summary>
    /// Finds the places, in the call that was denied, of the limits of another call. A limit has none when it was no part of that call, or when its period is over.
    /// </summary>
    /// <param name="call">The other call.</param>
    /// <param name="now">The store's time, UTC.</param>
    /// <param name="places">The place of each limit; negative for none.</param>
    /// <returns>The number of limits that have one.</returns>
    public int PlacesOf(DecisionCall call, DateTime now, Span<int> places)
    {
        var known = 0;
        for (var i = 0; i < call.Limits.Length; i++)
        {
            ref readonly var demand = ref call.Limits.ItemRef(i);
            var place = PlaceOf(demand, i);
            places[i] = place >= 0 && place < _periodEnds.Length && now >= _periodEnds[place] ? -1 : place;
            known += places[i] >= 0 ? 1 : 0;
        }
        return known;
    }

    /// <summary>True for the first caller who finds that it is time to ask the store again; the others go on without the store meanwhile.</summary>
    public bool IsToAskAgain() => Interlocked.CompareExchange(ref _isAskedAgain, 1, 0) == 0;

    /// <summary>The place of a limit and scope in the call that was denied; negative when they were no part of it.</summary>
    /// <param name="demand">The demand on the limit.</param>
    /// <param name="guess">The place that is looked at first.</param>
    private int PlaceOf(in LimitDemand demand, int guess)
    {
        if (guess < Call.Limits.Length && IsAt(demand, guess))
            return guess;
        for (var i = 0; i < Call.Limits.Length; i++)
        {
            if (IsAt(demand, i))
                return i;
        }
        return -1;
    }

    private bool IsAt(in LimitDemand demand, int place) =>
        Call.Limits[place].Rule.Name == demand.Rule.Name && Call.Limits[place].ScopeId == demand.ScopeId;
}
