using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>A chat client that runs everything inside of it under the payer of its call, to the end of each stream.</summary>
internal sealed class BudgetScopeChatClient(IChatClient client) : DelegatingChatClient(client)
{
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        using (Payer.Enter(Payer.Of(options?.AdditionalProperties)))
            return await InnerClient.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
    }

    // Not an iterator itself: a payer who is named where the stream is asked for pays, wherever it is read.
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var payer = Payer.Of(options?.AdditionalProperties);
        using (Payer.Enter(payer))
            return Payer.Carry(InnerClient.GetStreamingResponseAsync(messages, options, cancellationToken), payer);
    }
}
