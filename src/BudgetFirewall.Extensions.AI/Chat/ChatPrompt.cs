using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>One call of the model, as it is reserved and as it is sent.</summary>
/// <param name="Messages">The messages.</param>
/// <param name="Options">The options; null for none.</param>
/// <param name="Request">What is reserved.</param>
/// <param name="EstimatedInput">The estimated tokens of the prompt.</param>
/// <param name="Payer">Who pays, also for what is called inside; null when nobody is named.</param>
internal sealed record ChatPrompt(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options, BudgetRequest Request, long EstimatedInput, BudgetScopeContext? Payer)
{
    /// <summary>The same call of a stream that is read now: where nobody was named when it was asked for, its reader pays for what the request leaves open.</summary>
    public ChatPrompt PaidByReader() => Payer is null && BudgetScopeContext.Current is { } reader ? this with { Request = reader.ApplyTo(Request), Payer = reader } : this;
}
