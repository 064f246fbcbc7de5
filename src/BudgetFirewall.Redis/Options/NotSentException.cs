namespace BudgetFirewall;

internal sealed class NotSentException(string message) : Exception(message);
