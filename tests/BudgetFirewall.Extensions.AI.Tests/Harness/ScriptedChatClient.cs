using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace BudgetFirewall.Extensions.AI.Tests;

/// <summary>A model that says what it is told to.</summary>
internal sealed class ScriptedChatClient : IChatClient
{
    private int _calls;

    public int Calls => _calls;

    /// <summary>The messages and options of each call.</summary>
    public List<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)> Received { get; } = [];

    public Func<IReadOnlyList<ChatMessage>, CancellationToken, Task<ChatResponse>> Answer { get; set; } = (_, _) => Task.FromResult(Text("ok"));

    public Func<CancellationToken, IAsyncEnumerable<ChatResponseUpdate>> Stream { get; set; } = token => Updates(["ok"], token);

    /// <summary>A stream that depends on what is asked; null for <see cref="Stream"/>.</summary>
    public Func<IReadOnlyList<ChatMessage>, CancellationToken, IAsyncEnumerable<ChatResponseUpdate>>? StreamOf { get; set; }

    public bool HasMetadata { get; init; } = true;

    public static ChatResponse Text(string text, UsageDetails? usage = null) => new(new ChatMessage(ChatRole.Assistant, text)) { Usage = usage };

    public static UsageDetails Tokens(long input, long output) => new() { InputTokenCount = input, OutputTokenCount = output, TotalTokenCount = input + output };

    public static ChatResponseUpdate Update(string text) => new(ChatRole.Assistant, text);

    public static ChatResponseUpdate Update(string text, UsageDetails usage) => new(ChatRole.Assistant, [new TextContent(text), new UsageContent(usage)]);

    public static ChatResponseUpdate Update(UsageDetails usage) => new(ChatRole.Assistant, [new UsageContent(usage)]);

    public static async IAsyncEnumerable<ChatResponseUpdate> Updates(IEnumerable<object> script, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var step in script)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            yield return step switch
            {
                string text => Update(text),
                UsageDetails usage => Update(usage),
                ChatResponseUpdate update => update,
                Exception exception => throw exception,
                _ => throw new ArgumentException("A script has texts, usages, updates and exceptions.", nameof(script)),
            };
        }
    }

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        Answer(Receive(messages, options), cancellationToken);

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var received = Receive(messages, options);
        return StreamOf is null ? Stream(cancellationToken) : StreamOf(received, cancellationToken);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        HasMetadata && serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("scripted", defaultModelId: GuardedChat.Model) : null;

    public void Dispose()
    {
    }

    private IReadOnlyList<ChatMessage> Receive(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        Interlocked.Increment(ref _calls);
        IReadOnlyList<ChatMessage> received = [.. messages];
        lock (Received)
            Received.Add((received, options));
        return received;
    }
}
