using System.Diagnostics;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// The answer to a request: allowed or denied, the reason, the remaining amounts, and the time until a retry may succeed.
/// Immutable and thread-safe; can be constructed for fakes.
/// </summary>
public sealed class BudgetDecision
{
    private readonly DecisionOverrides? _overrides;
    private readonly bool _isFromCache;
    private DecisionLists? _lists;

    /// <summary>A decision with the members that are set; allowed unless <see cref="Outcome"/> says otherwise.</summary>
    public BudgetDecision()
    {
    }

    internal BudgetDecision(DecisionCall call, DecisionAnswer? answer) =>
        (Call, Answer, IsCostUnknown) = (call, answer, answer is { IsReplay: true } ? answer.IsCostUnknown : call.IsCostUnknown);

    /// <summary>The call that was made to the store, or would have been made; null for a decision constructed without one.</summary>
    internal DecisionCall? Call { get; }

    /// <summary>The store's answer; null when it gave none, or was not asked to decide.</summary>
    internal DecisionAnswer? Answer { get; }

    /// <summary>True when the request may be made.</summary>
    public bool IsAllowed => Outcome == DecisionOutcome.Allowed;

    /// <summary>The outcome: allowed, or the reason for a denial.</summary>
    public DecisionOutcome Outcome { get; init; }

    /// <summary>The cost of the request in currency units, rounded up to 0.000000001; the known part where <see cref="IsCostUnknown"/>.</summary>
    public decimal Cost { get => _overrides?.Cost ?? Money.FromNanos(Answer?.CostNanos ?? Call?.CostNanos ?? 0); init => (_overrides ??= new()).Cost = value; }

    /// <summary>
    /// True when nothing prices the request, or when the price needs usage that it does not give. <see cref="Cost"/> is then only the known part, which may be
    /// 0.
    /// An allowed reserve or spend of unknown cost has met no money budget that may deny.
    /// </summary>
    public bool IsCostUnknown { get; init; }

    /// <summary>
    /// The time until the request may fit: the longest wait among the limits that refuse. Null when the request is allowed, or when waiting does not help.
    /// </summary>
    public TimeSpan? RetryAfter { get => _overrides?.RetryAfter; init => (_overrides ??= new()).RetryAfter = value; }

    /// <summary>
    /// The time that the request had to wait for its turn, by the store's clock: the longest of its limits' delays. A call that gives a decision has waited it out. Zero where nothing was
    /// to be waited for, and for a denial.
    /// </summary>
    public TimeSpan Wait { get => _overrides?.Wait ?? Answer?.Wait ?? TimeSpan.Zero; init => (_overrides ??= new()).Wait = value; }

    /// <summary>True when the store could not answer and <see cref="FailureMode.Allow"/> allowed the request without it.</summary>
    public bool IsDegraded { get; init; }

    /// <summary>
    /// The failure of the store for which the request was denied as <see cref="DecisionOutcome.StoreUnavailable"/>, or was allowed as
    /// <see cref="IsDegraded"/>; null when the store decided. Its message and its inner exceptions give the cause, for example the address that cannot be connected to. They name
    /// servers, so do not show them to strangers.
    /// </summary>
    public Exception? StoreFailure { get => _overrides?.StoreFailure; init => (_overrides ??= new()).StoreFailure = value; }

    /// <summary>True when the operation id had been answered before: the decision is that first answer, and nothing was changed.</summary>
    public bool IsReplay { get; init; }

    /// <summary>
    /// True for a denial that the process has given without asking the store, by an earlier denial that it remembers: <see cref="BudgetFirewallOptions.DenialCache"/>. States are those of that
    /// denial, of the limits that both requests meet.
    /// </summary>
    public bool IsFromCache { get => _isFromCache || Answer is { IsFromCache: true }; init => _isFromCache = value; }

    /// <summary>The operation's id, the caller's or one made for it.</summary>
    public string OperationId { get => _overrides?.OperationId ?? Call?.OperationId ?? ""; init => (_overrides ??= new()).OperationId = value; }

    /// <summary>Every budget that took part, in a fixed order: the situation after the decision, unchanged after a check or a denial.</summary>
    public IReadOnlyList<BudgetState> Budgets
    {
        get => Lists.Budgets ??= Answer is null ? [] : DecisionStates.Budgets(Call!, Answer);
        init => Lists.Budgets = value;
    }

    /// <summary>Every rate limit that took part, in a fixed order.</summary>
    public IReadOnlyList<RateLimitState> RateLimits
    {
        get => Lists.RateLimits ??= Answer is null ? [] : DecisionStates.RateLimits(Call!, Answer);
        init => Lists.RateLimits = value;
    }

    /// <summary>The warnings that this decision fired; only a spend fires any.</summary>
    public IReadOnlyList<BudgetWarning> Warnings { get => _overrides?.Warnings ?? Answer?.Warnings.Shown() ?? []; init => (_overrides ??= new()).Warnings = value; }

    /// <summary>
    /// The warnings that a commit of the amounts that this reservation has set aside would fire, as things stand now: every fraction between what is spent and that much more. Their
    /// <see cref="BudgetWarning.Spent"/> is what would be spent then. A warning fires at the charge and never here, and other charges may come first. Empty when there are none, in a replay, and for
    /// what is no reservation.
    /// </summary>
    public IReadOnlyList<BudgetWarning> WarningsAhead
    {
        get
        {
            if (_lists?.WarningsAhead is { } known)
                return known;
            var ahead = Answer is null ? [] : DecisionStates.WarningsAhead(Call!, Answer);
            return ahead.Count == 0 ? ahead : Lists.WarningsAhead = ahead;
        }
        init => Lists.WarningsAhead = value;
    }

    /// <summary>Every budget that refuses; empty when none does.</summary>
    public IReadOnlyList<BudgetState> DeniedByBudgets
    {
        get => Lists.DeniedByBudgets ??= Answer is null ? [] : DecisionStates.RefusingBudgets(Call!, Answer);
        init => Lists.DeniedByBudgets = value;
    }

    /// <summary>Every rate limit that refuses; empty when none does.</summary>
    public IReadOnlyList<RateLimitState> DeniedByRateLimits
    {
        get => Lists.DeniedByRateLimits ??= Answer is null ? [] : DecisionStates.RefusingRateLimits(Call!, Answer);
        init => Lists.DeniedByRateLimits = value;
    }

    /// <summary>
    /// The explanation of the decision: every budget and rate limit that took part, with its verdict, in a fixed order, budgets first. Empty when no limit was
    /// asked, for example because the store could not answer.
    /// </summary>
    public IReadOnlyList<LimitVerdict> Limits
    {
        get => Lists.Limits ??= Answer is null ? [] : DecisionStates.Verdicts(Call!, Answer);
        init => Lists.Limits = value;
    }

    /// <summary>Every shadow limit that would refuse the request if it were enforced; empty when none would, and in a replay.</summary>
    public IReadOnlyList<LimitVerdict> WouldBeDeniedBy
    {
        get => Lists.WouldBeDeniedBy ??= Answer is null ? [] : DecisionStates.WouldRefuse(Call!, Answer);
        init => Lists.WouldBeDeniedBy = value;
    }

    /// <summary>
    /// The ids of the approvals that are pending for the request, in the order of the budgets that refuse: one for each, where one could be asked for. Empty unless the outcome is
    /// <see cref="DecisionOutcome.ApprovalRequired"/>; also where another limit refuses beside those budgets, since nothing is asked for then.
    /// </summary>
    public IReadOnlyList<string> ApprovalIds { get => _overrides?.ApprovalIds ?? []; init => (_overrides ??= new()).ApprovalIds = value; }

    /// <summary>True when a shadow limit would refuse the request; builds no list.</summary>
    internal bool WouldBeDenied => Answer is not null && DecisionStates.WouldAnyRefuse(Answer);

    private DecisionLists Lists => _lists ??= new();

    /// <summary>Throws the exception of the outcome when the request is denied; does nothing when it is allowed.</summary>
    /// <exception cref="BudgetExceededException">A hard budget refuses, or a throttled one at its ceiling.</exception>
    /// <exception cref="ApprovalRequiredException">Budgets refuse that an approval may raise, and nothing graver does.</exception>
    /// <exception cref="BudgetThrottledException">A throttled budget has no turn for the request.</exception>
    /// <exception cref="RateLimitExceededException">A rate limit refuses.</exception>
    /// <exception cref="StoreUnavailableException">The store could not answer; its inner exception is <see cref="StoreFailure"/>.</exception>
    public void ThrowIfDenied()
    {
        switch (Outcome)
        {
            case DecisionOutcome.Allowed: return;
            case DecisionOutcome.BudgetExceeded: throw new BudgetExceededException(this);
            case DecisionOutcome.ApprovalRequired: throw new ApprovalRequiredException(this);
            case DecisionOutcome.Throttled: throw new BudgetThrottledException(this);
            case DecisionOutcome.RateLimited: throw new RateLimitExceededException(this);
            case DecisionOutcome.StoreUnavailable: throw new StoreUnavailableException(this);
            default: throw new UnreachableException($"There is no outcome {Outcome}.");
        }
    }

    /// <summary>
    /// The decision as one line of text for people: the outcome, the limits that refuse, and the time to wait. It names scopes, so do not show it to strangers.
    /// </summary>
    public override string ToString() => DecisionText.Of(this);
}
