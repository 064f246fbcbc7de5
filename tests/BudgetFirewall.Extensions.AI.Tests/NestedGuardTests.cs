using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using static BudgetFirewall.Extensions.AI.Tests.GuardedChat;
using static BudgetFirewall.Extensions.AI.Tests.ScriptedChatClient;

namespace BudgetFirewall.Extensions.AI.Tests;

/// <summary>A guard further inside, such as that of the HttpClient which the chat client uses, charges the same call a second time, and says so.</summary>
public sealed class NestedGuardTests
{
    private const int CallNested = 237;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_of_the_same_provider_that_a_guard_inside_charges_too_is_warned_of_once(bool isStreamed)
    {
        using var log = new Log();
        await using var chat = new GuardedChat();
        using var inner = new CallGuard(chat.Firewall, new() { LoggerFactory = log });
        async Task ChargeAsync()
        {
            await using var call = await inner.BeginAsync(new() { Provider = "scripted", Cost = 0.01m });
            await call.CommitReservedAsync();
        }
        chat.Provider.Answer = async (_, _) =>
        {
            await ChargeAsync();
            return Text("ok", Tokens(1, 1));
        };
        chat.Provider.Stream = token => AfterAsync(ChargeAsync, Updates(["o", "k"], token));

        for (var i = 0; i < 2; i++)
            _ = isStreamed ? await chat.ReadAsync() : (await chat.Client.GetResponseAsync(Prompt)).Text;

        log.Events.Should().Equal(CallNested);
    }

    [Fact]
    public async Task A_call_made_after_the_model_has_answered_is_a_call_of_its_own()
    {
        using var log = new Log();
        await using var chat = new GuardedChat();
        using var other = new CallGuard(chat.Firewall, new() { LoggerFactory = log });

        await chat.Client.GetResponseAsync(Prompt);
        await foreach (var _ in chat.Client.GetStreamingResponseAsync(Prompt))
            await (await other.BeginAsync(new() { Provider = "scripted", Cost = 0.01m })).ReleaseAsync();

        log.Events.Should().BeEmpty();
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> AfterAsync(Func<Task> first, IAsyncEnumerable<ChatResponseUpdate> updates)
    {
        await first();
        await foreach (var update in updates)
            yield return update;
    }

    private sealed class Log : ILoggerFactory, ILogger
    {
        public List<int> Events { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Events.Add(eventId.Id);

        public void Dispose()
        {
        }
    }
}
