using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>One call of the model, as it is reserved and as it is sent.</summary>
/// <param name="Messages">The messages.</param>
/// <param name="Options">The options; null for none.</param>
/// <param name="Request">The request that is reserved for.</param>
/// <param name="EstimatedInput">The estimated tokens of the prompt.</param>
/// <param name="Payer">The payer, also of the calls made inside this one; null when nobody is named.</param>
internal sealed record ChatPrompt(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options, BudgetRequest Request, long EstimatedInput, BudgetScopeContext? Payer)
{
    /// <summary>
    /// The call of a stream whose reading begins now. Where no payer was named when it was asked for, its reader becomes the payer and fills in the scopes that the
    /// request leaves open.
    /// </summary>
    public ChatPrompt PaidByReader() => Payer is null && BudgetScopeContext.Current is { } reader ? this with { Request = reader.ApplyTo(Request), Payer = reader } : this;
}
