using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>A chat client that has everything inside of it run under who pays where it is called, to the end of each stream.</summary>
internal sealed class BudgetScopeChatClient(IChatClient client) : DelegatingChatClient(client)
{
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        using (Payer.Enter(Payer.Of(options?.AdditionalProperties)))
            return await InnerClient.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
    }

    // Not an iterator itself: who pays is decided where the stream is asked for, not where it is read.
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        using (Payer.Enter(Payer.Of(options?.AdditionalProperties)))
            return InnerClient.GetStreamingResponseAsync(messages, options, cancellationToken).WithBudgetScope();
    }
}
