namespace BudgetFirewall;

/// <summary>What an answer told of its usage.</summary>
/// <param name="Usage">What was used: as told, and as expected where nothing was told; null when nothing was told or seen at all.</param>
/// <param name="IsTold">True when the answer told all of it.</param>
/// <param name="IsRefused">True when the answer is an error and nothing else, so that nothing was used.</param>
internal readonly record struct AnswerUsage(BudgetUsage? Usage, bool IsTold, bool IsRefused);
