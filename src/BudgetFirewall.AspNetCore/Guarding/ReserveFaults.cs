namespace BudgetFirewall;

/// <summary>
/// Sorts the argument errors of a reserve by the member that they name. The firewall names a member of the request or of its usage, or <c>request</c>
/// for the request as a whole.
/// </summary>
internal static class ReserveFaults
{
    /// <summary>True when the request has more, or larger, ids and amounts than the options of the firewall allow, or lacks one that they ask for.</summary>
    public static bool IsOfRequest(ArgumentException fault) =>
        fault.ParamName is nameof(BudgetRequest.Cost) or nameof(BudgetRequest.Dimensions) or nameof(BudgetUsage.Units) or "request";

    /// <summary>True when the model has a price and the application has given neither a cost nor the usage that the price needs.</summary>
    public static bool IsOfMissingUsage(ArgumentException fault) => fault.ParamName == nameof(BudgetRequest.Usage);
}
