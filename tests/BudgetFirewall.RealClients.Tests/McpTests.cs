using System.IO.Pipelines;
using Microsoft.Agents.AI;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace BudgetFirewall.RealClients.Tests;

/// <summary>Both sides of the Model Context Protocol: a server whose tool pays for each call, and a client whose tools an agent calls under a budget.</summary>
public sealed class McpTests
{
    private const decimal ForecastPrice = 0.002m;

    [Fact]
    public async Task A_tool_of_a_server_over_http_is_charged_for_each_call_and_refused_when_nothing_is_left()
    {
        await using var guarded = await GuardedProvider.StartAsync(limit: 3.5m * ForecastPrice);
        using var forecasts = new Forecasts(guarded.Firewall);
        await using var server = await StartServerAsync(forecasts);
        await using var client = await McpClient.CreateAsync(new HttpClientTransport(new() { Endpoint = new(server.Urls.Single()) }));
        for (var call = 0; call < 3; call++)
            TextOf(await CallAsync(client)).Should().Be("Rain in Oslo.");
        var refused = await CallAsync(client);
        refused.IsError.Should().BeTrue();
        forecasts.Calls.Should().Be(3);
        await guarded.ChargedAsync(3 * ForecastPrice, requests: 0);
    }

    [Fact]
    public async Task A_tool_that_fails_is_free()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        using var forecasts = new Forecasts(guarded.Firewall) { Failure = new InvalidOperationException("no forecast") };
        await using var server = await StartServerAsync(forecasts);
        await using var client = await McpClient.CreateAsync(new HttpClientTransport(new() { Endpoint = new(server.Urls.Single()) }));
        (await CallAsync(client)).IsError.Should().BeTrue();
        forecasts.Calls.Should().Be(1);
        await guarded.ChargedAsync(0m, requests: 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_agent_pays_for_its_turns_and_for_the_tools_that_it_calls_over_the_protocol(bool isStreamed)
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Asks("forecast", """{"city":"Oslo"}""", new(311, 23)), Reply.Says("Rain in Oslo.", new(353, 41) { Cached = 256 }));
        using var forecasts = new Forecasts(guarded.Firewall);
        var (server, client) = await ConnectAsync(forecasts);
        await using var serverEnd = server;
        await using var clientEnd = client;
        using var chat = guarded.Chat();
        var agent = new ChatClientAgent(chat, tools: [.. await client.ListToolsAsync()]);
        using (BudgetScopeContext.Begin(userId: "alice"))
        {
            var text = isStreamed ? "" : (await agent.RunAsync("What will the weather be?")).Text;
            if (isStreamed)
            {
                await foreach (var update in agent.RunStreamingAsync("What will the weather be?"))
                    text += update.Text;
            }
            text.Should().Be("Rain in Oslo.");
        }
        forecasts.Calls.Should().Be(1);
        await guarded.ChargedAsync(guarded.Provider.Billed + ForecastPrice, requests: 2);
        // The server does not know who asks: the turns are alice's, the tool is the server's own.
        (await guarded.BudgetAsync(BudgetScope.User("alice"))).Should().Be((guarded.Provider.Billed, 0m));
    }

    [Fact]
    public async Task A_user_pays_for_the_tools_of_the_protocol_that_are_guarded_where_the_agent_calls_them()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Asks("forecast", """{"city":"Oslo"}""", new(311, 23)), Reply.Says("Rain in Oslo.", new(353, 41) { Cached = 256 }));
        // What the server itself pays is no affair of this budget.
        await using var elsewhere = new BudgetFirewallBuilder().Configure(options => options.Pricing.Providers["forecasts"] = ForecastPrice).Build();
        using var forecasts = new Forecasts(elsewhere);
        var (server, client) = await ConnectAsync(forecasts);
        await using var serverEnd = server;
        await using var clientEnd = client;
        using var chat = guarded.Chat();
        using var guard = new CallGuard(guarded.Firewall);
        var tools = await client.ListToolsAsync();
        var agent = new ChatClientAgent(chat, tools: [.. tools.Select(tool => new GuardedTool(tool, guard))]);
        using (BudgetScopeContext.Begin(userId: "alice"))
            (await agent.RunAsync("What will the weather be?")).Text.Should().Be("Rain in Oslo.");
        forecasts.Calls.Should().Be(1);
        await guarded.ChargedAsync(guarded.Provider.Billed + ForecastPrice, requests: 2);
        (await guarded.BudgetAsync(BudgetScope.User("alice"))).Should().Be((guarded.Provider.Billed + ForecastPrice, 0m));
    }

    private static ValueTask<CallToolResult> CallAsync(McpClient client) => client.CallToolAsync("forecast", new Dictionary<string, object?> { ["city"] = "Oslo" });

    private static string TextOf(CallToolResult result) => result.Content.Should().ContainSingle().Which.Should().BeOfType<TextContentBlock>().Which.Text;

    private static McpServerTool Tool(Forecasts forecasts) => McpServerTool.Create(forecasts.TellAsync, new() { Name = "forecast", Description = "The weather to come." });

    private static async Task<WebApplication> StartServerAsync(Forecasts forecasts)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddMcpServer().WithHttpTransport().WithTools([Tool(forecasts)]);
        var application = builder.Build();
        application.MapMcp();
        await application.StartAsync();
        return application;
    }

    /// <summary>A server and a client in one process, over a pipe each way.</summary>
    private static async Task<(McpServer Server, McpClient Client)> ConnectAsync(Forecasts forecasts)
    {
        var toServer = new Pipe();
        var toClient = new Pipe();
        var server = McpServer.Create(
            new StreamServerTransport(toServer.Reader.AsStream(), toClient.Writer.AsStream(), "forecasts"), new() { ToolCollection = [Tool(forecasts)] });
        _ = server.RunAsync();
        return (server, await McpClient.CreateAsync(new StreamClientTransport(toServer.Writer.AsStream(), toClient.Reader.AsStream())));
    }

    /// <summary>A paid service behind a tool.</summary>
    private sealed class Forecasts(IBudgetFirewall firewall) : IDisposable
    {
        private readonly CallGuard _guard = new(firewall);
        private int _calls;

        public int Calls => _calls;

        public Exception? Failure { get; init; }

        public async Task<string> TellAsync(string city)
        {
            await using var call = await _guard.BeginAsync(new BudgetRequest { Provider = "forecasts", Operation = "forecast", Usage = new() });
            Interlocked.Increment(ref _calls);
            if (Failure is not null)
                throw Failure;
            await call.CommitAsync(new BudgetUsage());
            return $"Rain in {city}.";
        }

        public void Dispose() => _guard.Dispose();
    }

    /// <summary>A tool that costs its caller something.</summary>
    private sealed class GuardedTool(AIFunction tool, CallGuard guard) : DelegatingAIFunction(tool)
    {
        protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
        {
            var request = new BudgetRequest { Provider = "forecasts", Operation = Name, Usage = new() };
            await using var call = await guard.BeginAsync(BudgetScopeContext.Current?.ApplyTo(request) ?? request, cancellationToken);
            var result = await base.InvokeCoreAsync(arguments, cancellationToken);
            await call.CommitAsync(new BudgetUsage());
            return result;
        }
    }
}
