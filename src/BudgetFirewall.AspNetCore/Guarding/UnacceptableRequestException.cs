namespace BudgetFirewall;

/// <summary>What the caller sent makes no request that a budget could be reserved for; answered 400.</summary>
internal sealed class UnacceptableRequestException(string message, Exception innerException) : Exception(message, innerException);
