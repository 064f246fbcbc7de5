using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>
/// The usage that a provider has reported for one call of the model, with the call and its answer, for <see cref="BudgetChatOptions.MapUsage"/>. Can be constructed
/// for tests.
/// </summary>
public sealed record ChatUsageReport
{
    /// <summary>The usage that is charged when the mapping returns null: the reported counts, and the service tier of the answer, or else of the request.</summary>
    public required BudgetUsage Usage { get; init; }

    /// <summary>The counts as they were reported; for a stream, their sum.</summary>
    public required UsageDetails Details { get; init; }

    /// <summary>The request as it was reserved.</summary>
    public required BudgetRequest Request { get; init; }

    /// <summary>The messages that were sent.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; init; } = [];

    /// <summary>The options that were sent; null for none.</summary>
    public ChatOptions? Options { get; init; }

    /// <summary>The answer; null for a stream.</summary>
    public ChatResponse? Response { get; init; }

    /// <summary>
    /// The answer in the types of the provider's own SDK: the raw representations of the answer and of its usages, or those of every update and usage of a
    /// stream, in the order in which they came. Empty where the client keeps none.
    /// </summary>
    public IReadOnlyList<object> RawRepresentations { get; init; } = [];

    /// <summary>
    /// False when the answer broke off; content that came after the last report is then estimated and added to the usage that the mapping returns.
    /// </summary>
    public bool IsComplete { get; init; } = true;
}
