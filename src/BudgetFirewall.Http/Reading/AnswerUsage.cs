namespace BudgetFirewall;

/// <summary>The usage as far as an answer reported it.</summary>
/// <param name="Usage">The usage: the reported counts, and the expected ones where none was reported; null when nothing was reported or seen.</param>
/// <param name="IsReported">True when the answer reported all of it.</param>
/// <param name="IsRefused">True when the answer is an error and nothing else, so that nothing was used.</param>
internal readonly record struct AnswerUsage(BudgetUsage? Usage, bool IsReported, bool IsRefused);
