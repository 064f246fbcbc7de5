namespace BudgetFirewall.Reliability;

/// <summary>One script that the store ran, in the order in which it ran them.</summary>
/// <param name="At">When, by the store's clock.</param>
/// <param name="Verb">What was asked for.</param>
/// <param name="OperationId">The operation.</param>
/// <param name="HasWritten">Whether it changed the operation's record: whether it took effect.</param>
internal sealed record StoreStep(DateTimeOffset At, CallVerb Verb, string OperationId, bool HasWritten);
