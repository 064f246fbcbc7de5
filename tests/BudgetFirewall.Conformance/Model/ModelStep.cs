namespace BudgetFirewall.Conformance;

/// <summary>A request, priced and matched.</summary>
public sealed record ModelStep(
    OperationKind Kind, BudgetRequest Request, decimal Cost, bool IsCostUnknown, List<ModelCounterStep> Counters, List<ModelBucketStep> Buckets);
