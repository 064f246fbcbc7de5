using System.Collections.Immutable;
using System.Runtime.InteropServices;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Reads what a script says of each limit of a call: its verdict, and what it stands at.</summary>
internal static class JudgedLimits
{
    /// <summary>
    /// The readings of the limits, and the script's verdicts with their waits. A limit that has no room is left unchanged by the script, so that its wait follows
    /// from its reading; of one that delays, from the reading and what was taken.
    /// </summary>
    public static ImmutableArray<LimitReading> Read(
        DecisionCall call, CallPeriods periods, ReadOnlySpan<byte> verdicts, bool isDone, ref Reply reply, out ImmutableArray<Judgement> judgements)
    {
        var (readings, judged) = (new LimitReading[verdicts.Length], new Judgement[verdicts.Length]);
        for (var i = 0; i < call.BudgetCount; i++)
        {
            var rule = (CounterRule)call.Limits[i].Rule;
            readings[i] = reply.Budget();
            if (VerdictWire.Read(verdicts[i]) is var verdict and not Verdict.Admit)
                judged[i] = new(verdict, rule.Wait(call.Limits[i], reply.Now.UtcDateTime, periods.At(rule.Family.Calendar).End));
        }
        for (var i = call.BudgetCount; i < readings.Length; i++)
        {
            readings[i] = reply.RateLimit((RateLimitRule)call.Limits[i].Rule, out var inForce, out var numbers);
            if ((char)verdicts[i] == QueueDigit.NotAsked)
                judged[i] = Judgement.PassedOver;
            else if (VerdictWire.Read(verdicts[i]) is var verdict and not Verdict.Admit)
                judged[i] = Throttled(call, i, periods, reply.Now, verdict == Verdict.Delay
                    ? new(verdict, inForce.TurnIn(numbers, isDone ? call.Limits[i].Take : 0))
                    : new(verdict, inForce.Wait(numbers, call.Limits[i], call.MaxWait, readings[i].PausedFor)));
        }
        judgements = ImmutableCollectionsMarshal.AsImmutableArray(judged);
        return ImmutableCollectionsMarshal.AsImmutableArray(readings);
    }

    /// <summary>The judgement of a rate limit; where it is a throttled budget's queue that refuses, a new period of the budget may come first.</summary>
    private static Judgement Throttled(DecisionCall call, int index, CallPeriods periods, DateTimeOffset now, Judgement judgement)
    {
        var budget = call.ThrottledBudget(index);
        if (budget < 0)
            return judgement;
        var rule = (CounterRule)call.Limits[budget].Rule;
        return rule.Throttled(judgement, call.Limits[budget], now.UtcDateTime, periods.At(rule.Family.Calendar).End);
    }
}
