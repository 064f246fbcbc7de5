namespace BudgetFirewall;

/// <summary>A delivery was not begun, because its address is not allowed.</summary>
internal sealed class WebhookRefusedException(string message) : Exception(message);
