using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>What a decision shows of the limits that took part.</summary>
internal static class DecisionStates
{
    public static IReadOnlyList<BudgetState> Budgets(DecisionCall call, DecisionAnswer answer) =>
        [.. call.Counters.Zip(answer.Counters, (step, reading) => StateOf.Counter(step, reading, answer.Now))];

    // What an allowed step has used up refuses the next one, not this.
    public static IReadOnlyList<RateLimitState> RateLimits(DecisionCall call, DecisionAnswer answer) =>
        [.. call.Buckets.Zip(answer.Buckets, (step, level) => StateOf.Bucket(IsDone(answer) ? step with { NeedMicros = 0 } : step, level))];

    public static IReadOnlyList<BudgetState> RefusingBudgets(DecisionCall call, DecisionAnswer answer) => IsDone(answer)
        ? []
        : [.. call.Counters.Zip(answer.Counters).Where(pair => Refuses(pair.First, pair.Second)).Select(pair => StateOf.Counter(pair.First, pair.Second, answer.Now))];

    public static IReadOnlyList<RateLimitState> RefusingRateLimits(DecisionCall call, DecisionAnswer answer) => IsDone(answer)
        ? []
        : [.. call.Buckets.Zip(answer.Buckets).Where(pair => pair.First.Refuses(pair.Second)).Select(pair => StateOf.Bucket(pair.First, pair.Second))];

    public static bool Refuses(CounterStep step, CounterReading reading) =>
        step.Rule.Refuses(reading.Spent, reading.Held, step.Amount, step.IsUnknown);

    private static bool IsDone(DecisionAnswer answer) => answer.Status == DecisionStatus.Done;
}
