using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Makes decisions from the results of the store's calls.</summary>
internal static class DecisionFactory
{
    public static BudgetDecision Create(in DecisionResult result, FirewallSettings settings)
    {
        if (result.Failure is { } failure)
            return Blind(result.Call, failure, settings);
        return result.Answer is not { } answer ? Unbudgeted(result.Call) : Decided(result.Call, answer, result.ApprovalIds);
    }

    private static BudgetDecision Decided(DecisionCall call, DecisionAnswer answer, ImmutableArray<string> approvalIds)
    {
        if (!approvalIds.IsDefaultOrEmpty)
            return new(call, answer) { Outcome = Refusal(call, answer), RetryAfter = RetryAfter(answer), ApprovalIds = approvalIds };
        if (answer.Status != DecisionStatus.Done)
            return new(call, answer) { Outcome = Refusal(call, answer), RetryAfter = RetryAfter(answer) };
        return new(call, answer) { IsReplay = answer.IsReplay };
    }

    /// <summary>The outcome of a denial by several limits: the one of the highest rank.</summary>
    private static DecisionOutcome Refusal(DecisionCall call, DecisionAnswer answer)
    {
        DecisionOutcome? first = null;
        for (var i = 0; i < answer.Judgements.Length; i++)
        {
            if (!answer.Judgements[i].IsRefusal)
                continue;
            var outcome = OutcomeOf(call.Limits[i].Rule, answer.Judgements[i].Verdict);
            if (first is null || OutcomeTraits.Of(outcome).Rank > OutcomeTraits.Of(first.Value).Rank)
                first = outcome;
        }
        return first ?? throw new InvalidOperationException("The store has denied the request, and no limit of its answer refuses.");
    }

    private static DecisionOutcome OutcomeOf(LimitRule rule, Verdict verdict) => verdict == rule.Enforcement.WithoutRoom && rule.DenialOutcome is { } outcome
        ? outcome
        : throw new NotSupportedException($"This version has no outcome for the verdict {verdict} of a {rule.Enforcement.Name} {rule.Kind}.");

    /// <summary>The longest wait of all limits that refuse; null when waiting does not help for one of them.</summary>
    private static TimeSpan? RetryAfter(DecisionAnswer answer)
    {
        var longest = TimeSpan.Zero;
        foreach (var judgement in answer.Judgements)
        {
            if (!judgement.IsRefusal)
                continue;
            if (judgement.Wait is not { } wait)
                return null;
            longest = wait > longest ? wait : longest;
        }
        return longest;
    }

    private static BudgetDecision Blind(DecisionCall call, BudgetStoreException failure, FirewallSettings settings) =>
        settings.FailureMode == FailureMode.Allow && !failure.IsNeverAllowed
            ? new(call, answer: null) { IsDegraded = true, StoreFailure = failure }
            // It is not known when the store will be back. There is no use in asking again sooner than it may take to answer.
            : new(call, answer: null) { Outcome = DecisionOutcome.StoreUnavailable, RetryAfter = settings.StoreTimeout, StoreFailure = failure };

    private static BudgetDecision Unbudgeted(DecisionCall call) => new(call, answer: null) { Outcome = DecisionOutcome.BudgetExceeded };
}
