namespace BudgetFirewall;

/// <summary>The caller sent something of which no request can be made that a budget could be reserved for; answered 400.</summary>
internal sealed class UnacceptableRequestException(string message, Exception innerException) : Exception(message, innerException);
