namespace BudgetFirewall;

/// <summary>A call as it is reserved.</summary>
/// <param name="Request">The request for its reservation.</param>
/// <param name="Operation">The operation that its method and path name; the default value without a <see cref="BudgetHandlerOptions.UsageFormat"/>.</param>
internal readonly record struct DescribedCall(BudgetRequest Request, ApiOperation Operation);
