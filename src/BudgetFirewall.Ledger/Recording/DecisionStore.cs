using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>A store around any other one, which records the firewall's denials, and what it allows where that is wanted.</summary>
/// <param name="inner">The store.</param>
/// <param name="entries">Makes the entries.</param>
/// <param name="feed">Delivers them.</param>
/// <param name="timeProvider">The clock for decisions that no store has made.</param>
internal sealed class DecisionStore(IBudgetStore inner, EntryFactory entries, DecisionFeed feed, TimeProvider timeProvider) : DelegatingBudgetStore(inner), IDecisionListener
{
    public void Decided(BudgetRequest request, DecisionCall call, DecisionAnswer? answer, DecisionOutcome outcome)
    {
        var isAllowed = outcome == DecisionOutcome.Allowed;
        if (feed.RecordsDenials && (!isAllowed || WouldRefuse(answer)))
            Denied(request, call, answer, outcome);
        if (feed.RecordsAllowed && isAllowed && call.Kind != DecisionKind.Spend && answer is not { IsReplay: true })
            feed.Record(entries.OfAllowed(request, call, NowOf(answer)));
    }

    private void Denied(BudgetRequest request, DecisionCall call, DecisionAnswer? answer, DecisionOutcome outcome)
    {
        var now = NowOf(answer);
        if (feed.TakeAlone())
            feed.Record(entries.OfDenial(request, call, answer, outcome, now));
        else
            feed.Count(new(outcome, call.Partition, EntryFactory.DecidingLimit(call, answer, outcome, now)), now, entries.OfDenials);
    }

    private DateTimeOffset NowOf(DecisionAnswer? answer) => answer?.Now ?? timeProvider.GetUtcNow();

    private static bool WouldRefuse(DecisionAnswer? answer)
    {
        if (answer is null || answer.Judgements.IsDefaultOrEmpty)
            return false;
        foreach (var judgement in answer.Judgements)
        {
            if (judgement.Verdict == Verdict.WouldRefuse)
                return true;
        }
        return false;
    }
}
