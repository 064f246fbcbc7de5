using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Decisions from what came of a step.</summary>
internal static class DecisionFactory
{
    public static BudgetDecision Create(in DecisionResult result, FirewallSettings settings)
    {
        if (result.Trouble is { } trouble)
            return Blind(result.Call, trouble, settings);
        return result.Answer is not { } answer ? Unbudgeted(result.Call) : Decided(result.Call, answer);
    }

    private static BudgetDecision Decided(DecisionCall call, DecisionAnswer answer)
    {
        var isAllowed = answer.Status == DecisionStatus.Done;
        return isAllowed
            ? new(call, answer) { IsReplay = answer.IsReplay }
            : new(call, answer) { Outcome = Refusal(call, answer), RetryAfter = RetryAfter(call, answer) };
    }

    private static DecisionOutcome Refusal(DecisionCall call, DecisionAnswer answer)
    {
        for (var i = 0; i < call.Counters.Length; i++)
        {
            if (DecisionStates.Refuses(call.Counters[i], answer.Counters[i]))
                return DecisionOutcome.BudgetExceeded;
        }
        return DecisionOutcome.RateLimited;
    }

    /// <summary>The longest wait of all that refuse; null when one of them does not heal with time.</summary>
    private static TimeSpan? RetryAfter(DecisionCall call, DecisionAnswer answer)
    {
        var longest = TimeSpan.Zero;
        for (var i = 0; i < call.Counters.Length; i++)
        {
            if (!DecisionStates.Refuses(call.Counters[i], answer.Counters[i]))
                continue;
            if (UntilNextPeriod(call.Counters[i], answer.Now) is not { } wait)
                return null;
            longest = wait > longest ? wait : longest;
        }
        for (var i = 0; i < call.Buckets.Length; i++)
        {
            if (!call.Buckets[i].Refuses(answer.Buckets[i]))
                continue;
            if (StateOf.Wait(call.Buckets[i], answer.Buckets[i]) is not { } wait)
                return null;
            longest = wait > longest ? wait : longest;
        }
        return longest;
    }

    /// <summary>Until the period's end, if a new period would admit the request.</summary>
    private static TimeSpan? UntilNextPeriod(CounterStep step, DateTimeOffset now)
    {
        var period = PeriodWindow.At(step.Rule.Family.Period, now);
        var fitsWhenEmpty = !step.Rule.Refuses(spent: 0, held: 0, step.Amount, step.IsUnknown);
        return period.IsBounded && fitsWhenEmpty ? period.End - now.UtcDateTime : null;
    }

    private static BudgetDecision Blind(DecisionCall call, BudgetStoreException trouble, FirewallSettings settings) =>
        settings.FailureMode == FailureMode.Allow && !trouble.IsNeverAllowed
            ? new(call, answer: null) { IsDegraded = true }
            // When the store will be back is not known; it is no use to ask again sooner than it may take to answer.
            : new(call, answer: null) { Outcome = DecisionOutcome.StoreUnavailable, RetryAfter = settings.StoreTimeout };

    private static BudgetDecision Unbudgeted(DecisionCall call) => new(call, answer: null) { Outcome = DecisionOutcome.BudgetExceeded };
}
