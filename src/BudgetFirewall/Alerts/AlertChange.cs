namespace BudgetFirewall.Storage;

/// <summary>A changed alert, and what is to be told of it.</summary>
/// <param name="Record">The alert as it is now.</param>
/// <param name="News">The news of it.</param>
internal sealed record AlertChange(AlertRecord Record, AlertNews News);
