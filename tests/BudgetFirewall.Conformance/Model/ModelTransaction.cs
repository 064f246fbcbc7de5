namespace BudgetFirewall.Conformance;

/// <summary>A request, priced and matched.</summary>
public sealed record ModelTransaction(
    OperationKind Kind, BudgetRequest Request, decimal Cost, bool IsCostUnknown, List<ModelCounterDemand> Counters, List<ModelBucketDemand> Buckets);
