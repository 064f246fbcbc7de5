using System.Collections.Concurrent;

namespace BudgetFirewall.Conformance;

/// <summary>Keeps all that a firewall tells its observers.</summary>
public sealed class RecordingObserver : IBudgetObserver
{
    public ConcurrentQueue<BudgetWarning> Warnings { get; } = new();

    public ConcurrentQueue<BudgetDecision> Denials { get; } = new();

    public ConcurrentQueue<BudgetDecision> WouldBeDenials { get; } = new();

    public ConcurrentQueue<ChargeReceipt> Charges { get; } = new();

    public ConcurrentQueue<ChargeReceipt> Overruns { get; } = new();

    public ConcurrentQueue<RateLimitAdaptation> Adaptations { get; } = new();

    public ConcurrentQueue<AllowanceChange> Allowances { get; } = new();

    public ConcurrentQueue<Approval> ApprovalsAsked { get; } = new();

    public ConcurrentQueue<Approval> ApprovalsDecided { get; } = new();

    public ConcurrentQueue<StoreTrouble> Troubles { get; } = new();

    public ConcurrentQueue<UndeliverableCharge> Undeliverable { get; } = new();

    public void OnWarning(BudgetWarning warning) => Warnings.Enqueue(warning);

    public void OnDenied(BudgetDecision decision) => Denials.Enqueue(decision);

    public void OnWouldDeny(BudgetDecision decision) => WouldBeDenials.Enqueue(decision);

    public void OnCharged(ChargeReceipt receipt) => Charges.Enqueue(receipt);

    public void OnOverrun(ChargeReceipt receipt) => Overruns.Enqueue(receipt);

    public void OnUndeliverable(UndeliverableCharge charge) => Undeliverable.Enqueue(charge);

    public void OnRateLimitAdapted(RateLimitAdaptation adaptation) => Adaptations.Enqueue(adaptation);

    public void OnAllowanceChanged(AllowanceChange change) => Allowances.Enqueue(change);

    public void OnApprovalRequested(Approval approval) => ApprovalsAsked.Enqueue(approval);

    public void OnApprovalDecided(Approval approval) => ApprovalsDecided.Enqueue(approval);

    public void OnStoreTrouble(StoreTrouble trouble) => Troubles.Enqueue(trouble);
}
