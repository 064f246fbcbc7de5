namespace BudgetFirewall;

/// <summary>The caller sent values that no request to the firewall may have, so that no budget can be reserved; answered 400.</summary>
internal sealed class UnacceptableRequestException(string message, Exception innerException) : Exception(message, innerException);
