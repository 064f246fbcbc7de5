namespace BudgetFirewall.Reliability;

/// <summary>A scenario did not hold; says how to repeat it.</summary>
internal sealed class ScenarioFailedException(int row, int seed, Exception cause)
    : Exception($"Scenario {row} did not hold with seed {seed}; repeat it with BUDGETFIREWALL_SEED={seed}. {cause.Message}", cause);
