using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace BudgetFirewall.Sample.Chat;

/// <summary>A model that costs nothing: it says the same of everything, word by word, and reports what it used at the end.</summary>
internal sealed class ScriptedModel(TimeSpan wordPause) : IChatClient
{
    public const string Name = "scripted-1";

    private static readonly string[] Words =
        "That is a good question. It was asked long before there were machines to answer it, and most of what was said then is still worth reading. In short: it depends on how closely you look, and on what you count. Ask again tomorrow, and I may know more."
            .Split(' ');

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var word in Words)
        {
            if (wordPause > TimeSpan.Zero)
                await Task.Delay(wordPause, cancellationToken);
            yield return new(ChatRole.Assistant, word + " ");
        }
        yield return new(ChatRole.Assistant, [new UsageContent(Usage(messages))]);
    }

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("scripted", defaultModelId: Name) : null;

    public void Dispose()
    {
    }

    // Some four tokens for three words, as models have it.
    private static UsageDetails Usage(IEnumerable<ChatMessage> messages) => new()
    {
        InputTokenCount = 4 + messages.Sum(message => message.Text.Split(' ').Length) * 4 / 3,
        OutputTokenCount = Words.Length * 4 / 3,
    };
}
