using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>What a provider has reported of one call of the model, with the call and all that came back, for <see cref="BudgetChatOptions.MapUsage"/>. Can be constructed for tests.</summary>
public sealed record ChatUsageReport
{
    /// <summary>The usage that is charged when the mapping returns null: the reported counts, and the service tier of the answer, or else of the request.</summary>
    public required BudgetUsage Usage { get; init; }

    /// <summary>The counts as they were reported, the sum of a stream's.</summary>
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
    /// What the provider's own SDK made of the answer, in its own types: the raw representation of the answer and of its usages, or, of a stream, of every update and usage in the order in which they came.
    /// Empty where the client keeps none.
    /// </summary>
    public IReadOnlyList<object> RawRepresentations { get; init; } = [];

    /// <summary>False when the answer broke off; what was seen after the last report is added to what the mapping returns.</summary>
    public bool IsComplete { get; init; } = true;
}
