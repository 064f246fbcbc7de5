namespace BudgetFirewall.Sample.Log;

/// <summary>The file is no usage log at all.</summary>
public sealed class UsageLogFormatException(string message) : Exception(message);
