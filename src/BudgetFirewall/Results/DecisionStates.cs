using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// The limits that took part in a decision, as the decision shows them. Uses only the store's verdicts and readings, and makes no decision of its own.
/// </summary>
internal static class DecisionStates
{
    public static IReadOnlyList<BudgetState> Budgets(DecisionCall call, DecisionAnswer answer) => Budgets(call, answer, static _ => true);

    public static IReadOnlyList<BudgetState> RefusingBudgets(DecisionCall call, DecisionAnswer answer) => Budgets(call, answer, static judgement => judgement.IsRefusal);

    public static IReadOnlyList<RateLimitState> RateLimits(DecisionCall call, DecisionAnswer answer) => RateLimits(call, answer, static _ => true);

    public static IReadOnlyList<RateLimitState> RefusingRateLimits(DecisionCall call, DecisionAnswer answer) => RateLimits(call, answer, static judgement => judgement.IsRefusal);

    /// <summary>Every limit with its verdict.</summary>
    public static IReadOnlyList<LimitVerdict> Verdicts(DecisionCall call, DecisionAnswer answer) => Verdicts(call, answer, static _ => true);

    /// <summary>The shadow limits that would have refused.</summary>
    public static IReadOnlyList<LimitVerdict> WouldRefuse(DecisionCall call, DecisionAnswer answer) => WouldAnyRefuse(answer)
        ? Verdicts(call, answer, static judgement => judgement.Verdict == Verdict.WouldRefuse)
        : [];

    public static bool WouldAnyRefuse(DecisionAnswer answer)
    {
        foreach (var judgement in answer.Judgements)
        {
            if (judgement.Verdict == Verdict.WouldRefuse)
                return true;
        }
        return false;
    }

    /// <summary>The warnings that the commit of a reservation would fire; nothing is allocated when there are none.</summary>
    public static IReadOnlyList<BudgetWarning> WarningsAhead(DecisionCall call, DecisionAnswer answer)
    {
        if (call.Kind != DecisionKind.Reserve || answer is not { Status: DecisionStatus.Done, IsReplay: false })
            return [];
        List<BudgetWarning>? ahead = null;
        for (var i = 0; i < call.BudgetCount; i++)
        {
            var (demand, spent, allowance) = (call.Limits[i], answer.Readings[i].Spent, answer.Readings[i].Allowance);
            var rule = (CounterRule)demand.Rule;
            foreach (var threshold in rule.Thresholds)
            {
                if (!rule.HasReached(threshold, spent, allowance) && rule.HasReached(threshold, spent + demand.Take, allowance))
                    (ahead ??= []).Add(StateOf.Warning(demand, threshold, spent + demand.Take, allowance, answer.Now, call.OperationId));
            }
        }
        return ahead ?? (IReadOnlyList<BudgetWarning>)[];
    }

    private static List<BudgetState> Budgets(DecisionCall call, DecisionAnswer answer, Func<Judgement, bool> isShown)
    {
        var states = new List<BudgetState>();
        for (var i = 0; i < call.BudgetCount && i < answer.Readings.Length; i++)
        {
            if (isShown(Shown(call, answer, i)))
                states.Add(StateOf.Budget(call.Limits[i], answer.Readings[i], Queue(call, answer, i), answer.Now));
        }
        return states;
    }

    private static List<RateLimitState> RateLimits(DecisionCall call, DecisionAnswer answer, Func<Judgement, bool> isShown)
    {
        var states = new List<RateLimitState>();
        for (var i = call.BudgetCount; i < ShownCount(call, answer); i++)
        {
            if (isShown(answer.JudgementAt(i)))
                states.Add(StateOf.RateLimit(call.Limits[i], answer.Readings[i], answer.JudgementAt(i)));
        }
        return states;
    }

    private static List<LimitVerdict> Verdicts(DecisionCall call, DecisionAnswer answer, Func<Judgement, bool> isShown)
    {
        var verdicts = new List<LimitVerdict>();
        for (var i = 0; i < ShownCount(call, answer); i++)
        {
            if (isShown(Shown(call, answer, i)))
                verdicts.Add(VerdictOf(call, answer, i));
        }
        return verdicts;
    }

    private static LimitVerdict VerdictOf(DecisionCall call, DecisionAnswer answer, int index)
    {
        var (demand, judgement) = (call.Limits[index], Shown(call, answer, index));
        return new()
        {
            Id = demand.Rule.Id,
            Name = demand.Rule.DisplayName,
            Kind = demand.Rule.Kind,
            Scope = new(demand.Rule.ScopeKind, demand.ScopeId),
            Unit = demand.Rule.Unit,
            Verdict = judgement.Verdict,
            Wait = judgement.Verdict == Verdict.Admit ? null : judgement.Wait,
            Needed = demand.Rule.ToDecimal(demand.OwnNeed),
            Headroom = answer.IsReplay ? 0 : demand.Rule.ToDecimal(demand.Rule is CounterRule ? demand.Headroom : AdaptiveScale.Down(demand.Headroom, answer.Readings[index].Scale)),
            Available = demand.Rule.ToDecimal((long)Int128.Clamp(Before(call, answer, index), 0, long.MaxValue)),
            Source = demand.Rule.Source,
            ReplacedId = demand.Rule.ReplacedId,
        };
    }

    // The queues of throttled budgets are parts of those, and shown with them.
    private static int ShownCount(DecisionCall call, DecisionAnswer answer) => Math.Min(answer.Readings.Length, call.Limits.Length - call.ThrottleCount);

    /// <summary>The judgement of a limit; of a throttled budget that does not refuse by itself, the one of its queue.</summary>
    private static Judgement Shown(DecisionCall call, DecisionAnswer answer, int index)
    {
        var own = answer.JudgementAt(index);
        return own.IsRefusal || QueueOf(call, index) is not { } queue ? own : answer.JudgementAt(queue);
    }

    /// <summary>The reading of a throttled budget's queue; null where the budget has none, or where it is not known.</summary>
    private static LimitReading? Queue(DecisionCall call, DecisionAnswer answer, int index) =>
        QueueOf(call, index) is { } queue && queue < answer.Readings.Length ? answer.Readings[queue] : null;

    private static int? QueueOf(DecisionCall call, int index)
    {
        for (var i = call.Limits.Length - call.ThrottleCount; i < call.Limits.Length; i++)
        {
            if (call.ThrottledBudget(i) == index)
                return i;
        }
        return null;
    }

    /// <summary>The amount that a limit had room for before the decision.</summary>
    private static Int128 Before(DecisionCall call, DecisionAnswer answer, int index)
    {
        var (demand, reading) = (call.Limits[index], answer.Readings[index]);
        var isDone = answer is { Status: DecisionStatus.Done, IsReplay: false } && !call.IsOnlyJudged;
        var after = demand.Rule is CounterRule counter ? (Int128)counter.Limit + reading.Allowance - reading.Spent - reading.Held : reading.Available;
        var hasTaken = demand.Rule.Kind switch
        {
            LimitKind.Budget => isDone && call.CountsInBudgets,
            LimitKind.RateLimit => isDone && !answer.JudgementAt(index).IsPassedOver,
            _ => throw new InvalidOperationException($"There is no kind of limit {demand.Rule.Kind}."),
        };
        return hasTaken ? after + demand.Take : after;
    }
}
