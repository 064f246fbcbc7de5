using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>A decision of the firewall of a replay.</summary>
/// <param name="Call">The call to its store.</param>
/// <param name="Answer">The answer; null where there was none.</param>
/// <param name="Outcome">The outcome.</param>
internal sealed record ReplayDecision(DecisionCall Call, DecisionAnswer? Answer, DecisionOutcome Outcome)
{
    /// <summary>The places of the limits that refuse, or, as shadows, would refuse. A queue stands for its throttled budget.</summary>
    public IEnumerable<int> Refusing(bool withShadows)
    {
        for (var i = 0; Answer is not null && i < Call.Limits.Length; i++)
        {
            var judgement = Answer.JudgementAt(i);
            if (judgement.IsRefusal || (withShadows && judgement.Verdict == Verdict.WouldRefuse))
                yield return i;
        }
    }
}
