using System.Net;

namespace BudgetFirewall.Tests;

/// <summary>The tables of what enforcements, outcomes and verdicts do, and the texts that strangers get.</summary>
public sealed class TraitsTests
{
    [Fact]
    public void Each_enforcement_has_its_name_and_what_it_does_where_there_is_no_room()
    {
        Enum.GetValues<Enforcement>().Select(EnforcementTraits.Of).Select(traits => (traits.Name, traits.WithoutRoom, traits.BudgetOutcome, traits.CountsApart, traits.HasQueue, traits.IsForRateLimits)).Should().BeEquivalentTo(
        [
            ("hard", Verdict.Refuse, (DecisionOutcome?)DecisionOutcome.BudgetExceeded, false, false, true),
            ("soft", Verdict.Admit, null, false, false, false),
            ("shadow", Verdict.WouldRefuse, null, true, false, true),
            ("throttle", Verdict.Refuse, DecisionOutcome.BudgetExceeded, false, true, false),
            ("escalate", Verdict.NeedsApproval, DecisionOutcome.ApprovalRequired, false, false, false),
        ]);
        FluentActions.Invoking(() => EnforcementTraits.Of((Enforcement)99)).Should().ThrowExactly<ArgumentOutOfRangeException>().WithMessage("There is no such enforcement.*");
    }

    [Fact]
    public void Each_outcome_has_its_name_its_status_its_rank_and_its_texts()
    {
        Enum.GetValues<DecisionOutcome>().Select(OutcomeTraits.Of).Select(traits => (traits.Name, traits.Status, traits.HealsWithTime, traits.Rank, traits.Title, traits.Detail)).Should().BeEquivalentTo(
        [
            ("allowed", HttpStatusCode.OK, false, 0, "The request may be made.", "Every limit admits the request."),
            ("budget_exceeded", HttpStatusCode.PaymentRequired, true, 30, "The budget is used up.", "The budget has no room for this request in its present period."),
            ("approval_required", HttpStatusCode.PaymentRequired, false, 25, "The budget is used up unless somebody approves more.",
                "The budget has no room for this request, and an approval may raise what it admits in its present period."),
            ("throttled", HttpStatusCode.TooManyRequests, true, 20, "The budget is throttled.", "The budget is above its limit and lets requests begin at a rate; this one has no turn yet."),
            ("rate_limited", HttpStatusCode.TooManyRequests, true, 10, "Too many requests.", "The rate limit has no room for this request yet."),
            ("store_unavailable", HttpStatusCode.ServiceUnavailable, false, 40, "Budgets cannot be checked at present.",
                "The store of budgets did not answer, so the request is not let through. Try again later."),
        ]);
        FluentActions.Invoking(() => OutcomeTraits.Of((DecisionOutcome)99)).Should().ThrowExactly<ArgumentOutOfRangeException>().WithMessage("There is no such outcome.*");
    }

    [Fact]
    public void Each_verdict_has_one_effect_on_the_whole_decision()
    {
        Enum.GetValues<Verdict>().ToDictionary(verdict => verdict, VerdictTraits.Of).ToDictionary(pair => pair.Key, pair => (pair.Value.Denies, pair.Value.Delays, pair.Value.IsPassedOver, pair.Value.AwaitsApproval))
            .Should().BeEquivalentTo(new Dictionary<Verdict, (bool, bool, bool, bool)>
            {
                [Verdict.Admit] = (false, false, false, false),
                [Verdict.Delay] = (false, true, false, false),
                [Verdict.Refuse] = (true, false, false, false),
                [Verdict.NeedsApproval] = (true, false, false, true),
                [Verdict.WouldRefuse] = (false, false, true, false),
            });
        FluentActions.Invoking(() => VerdictTraits.Of((Verdict)99)).Should().ThrowExactly<ArgumentOutOfRangeException>().WithMessage("There is no such verdict.*");
    }
}
