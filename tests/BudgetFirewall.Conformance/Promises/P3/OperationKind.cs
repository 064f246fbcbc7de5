namespace BudgetFirewall.Conformance;

/// <summary>The calls that carry an operation id.</summary>
public enum OperationKind
{
    Check,
    Reserve,
    Spend,
    Charge,
}
