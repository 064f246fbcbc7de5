namespace BudgetFirewall.Conformance;

/// <summary>The firewall has answered otherwise than the model.</summary>
public sealed class ModelDifferenceException(string message) : Exception(message);
