using BudgetFirewall.Policy.Tests.Snippets;

namespace BudgetFirewall.Newcomer.Tests;

/// <summary>What goes on from an example that does not reach its limit by itself, and what it then prints.</summary>
/// <param name="Page">The example's page.</param>
/// <param name="Mark">A text that only this example of the page has.</param>
/// <param name="Code">What goes on.</param>
/// <param name="Prints">What is printed in the end.</param>
internal sealed record Continuation(string Page, string Mark, string Code, string Prints)
{
    public static IReadOnlyList<Continuation> All { get; } =
    [
        Reservations, Models, Application, FromSettings, FromCode, Alone, Changes, Firewalls,
        OpenAI, Described, Translations, Conversations, Embeddings, OtherCalls, Redis,
    ];

    /// <summary>What goes on from a block of a page; null for nothing.</summary>
    public static Continuation? Of(Snippet snippet) => All.SingleOrDefault(continuation => continuation.Goes(snippet));

    /// <summary>True when it goes on from that block.</summary>
    public bool Goes(Snippet snippet) => snippet.Page == Page && snippet.Info.StartsWith("csharp", StringComparison.Ordinal) && snippet.Code.Contains(Mark, StringComparison.Ordinal);

    private static Continuation Reservations => new("README.md", "alice has", """
        try
        {
            while (true)
            {
                await using var next = await firewall.ReserveAsync(request with { Cost = 1m });
                await next.CommitAsync(1m);
            }
        }
        catch (BudgetDeniedException denied)
        {
            Console.WriteLine($"{denied.Decision.DeniedByBudgets[0].BudgetId} has {denied.Decision.DeniedByBudgets[0].Remaining}");
        }
        """,
        "each:user/day has 0.99907925");

    private static Continuation Models => new("docs/getting-started.md", "CallModelAsync();", """
        var calls = 1;
        try
        {
            for (; ; calls++)
            {
                await using var next = await firewall.ReserveAsync(request);
                await next.CommitAsync(await CallModelAsync());
            }
        }
        catch (BudgetDeniedException denied)
        {
            Console.WriteLine($"{calls} calls: {denied.Decision.DeniedByBudgets[0].Remaining} is less than {denied.Decision.Cost}");
        }
        """,
        "6 calls: 0.002035 is less than 0.0025");

    private static Continuation Application => new("docs/getting-started.md", "Host.CreateApplicationBuilder", """
        var assistant = host.Services.GetRequiredService<Assistant>();
        var answers = 0;
        try
        {
            for (; ; answers++)
                await assistant.AnswerAsync("alice", new string('?', 4_000_000), CancellationToken.None);
        }
        catch (BudgetDeniedException denied)
        {
            Console.WriteLine($"{answers} answers, denied by {denied.Decision.DeniedByBudgets[0].BudgetId}");
        }
        """,
        "4 answers, denied by each:user/day");

    private static Continuation FromSettings => new("docs/configuration.md", "AddEnvironmentVariables()", """
        await firewall.SpendAsync(new BudgetRequest { Provider = "finnhub", UserId = "bob", Cost = 9.99m });
        Console.WriteLine((await firewall.TrySpendAsync(new BudgetRequest { Provider = "finnhub", UserId = "bob", Cost = 0.01m })).Outcome);
        """,
        "BudgetExceeded");

    private static Continuation FromCode => new("docs/configuration.md", "RefillPerSecond = 1", """
        BudgetDecision decision;
        do
            decision = await firewall.TrySpendAsync(new BudgetRequest { Provider = "finnhub", UserId = "bob" });
        while (decision.IsAllowed);
        Console.WriteLine(decision.Outcome);
        """,
        "RateLimited");

    private static Continuation Alone => new("docs/configuration.md", ".Configure(options => options.Budgets.Add", "", "BudgetExceeded");

    private static Continuation Changes => new("docs/configuration.md", "configuration.Reload()", """
        Console.WriteLine((await firewall.TrySpendAsync(new BudgetRequest { Provider = "finnhub", Cost = 5.01m })).Outcome);
        """,
        "5\nBudgetExceeded");

    private static Continuation Firewalls => new("docs/configuration.md", "name: \"batch\"", """
        Console.WriteLine((await batch.TrySpendAsync(new BudgetRequest { Provider = "finnhub", Cost = 0.01m })).Outcome);
        """,
        "True\nBudgetExceeded");

    private static Continuation OpenAI => new("docs/http.md", "max_completion_tokens", """
        using (BudgetScopeContext.Begin(userId: "alice"))
        {
            try
            {
                await client.PostAsJsonAsync("https://api.openai.com/v1/chat/completions", new
                {
                    model = "gpt-4o-mini", max_completion_tokens = 20_000, messages = new[] { new { role = "user", content = "Tell me more." } },
                });
            }
            catch (BudgetExceededException denied)
            {
                Console.WriteLine($"{denied.Decision.DeniedByBudgets[0].Remaining} is left");
            }
        }
        """,
        "0.009991 is left");

    private static Continuation Described => new("docs/http.md", "options.Describe = (http, request) =>", """
        services.AddBudgetFirewall(options =>
        {
            options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 0.05m, Operations = ["quote"] });
            options.Pricing.Units["kb"] = 0.001m;
        });
        services.AddHttpClient("finnhub").ConfigurePrimaryHttpMessageHandler(() => new Exchange());
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("finnhub");
        var quotes = 0;
        try
        {
            for (; ; quotes++)
                await client.GetStringAsync("https://finnhub.example/api/v1/quote");
        }
        catch (BudgetExceededException)
        {
            Console.WriteLine($"{quotes} quotes, and {(await client.GetStringAsync("https://finnhub.example/api/v1/news")).Length} bytes of news");
        }

        sealed class Exchange : HttpMessageHandler
        {
            protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
                Task.FromResult(new HttpResponseMessage { Content = new StringContent(new string('x', 20_480)) });
        }
        """,
        "2 quotes, and 20480 bytes of news");

    private static Continuation Translations => new("docs/http.md", "DescribeAsync", """
        services.AddBudgetFirewall(options =>
        {
            options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 0.02m });
            options.Pricing.Units["character"] = 0.001m;
        });
        services.AddHttpClient("translate").ConfigurePrimaryHttpMessageHandler(() => new Translator());
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("translate");
        var translated = 0;
        try
        {
            for (; ; translated++)
                (await client.PostAsync("https://translate.example/", new StringContent("{\"text\":\"hello!\"}"))).Dispose();
        }
        catch (BudgetExceededException denied)
        {
            Console.WriteLine($"{translated} translations, {denied.Decision.DeniedByBudgets[0].Remaining} left");
        }

        sealed class Translator : HttpMessageHandler
        {
            protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
                Task.FromResult(new HttpResponseMessage { Content = new StringContent("bonjour !") });
        }
        """,
        "3 translations, 0.002 left");

    private static Continuation Conversations => new("docs/chat.md", "ConversationId", """
        services.AddBudgetFirewall(options =>
        {
            options.Budgets.Add(new Budget { Scope = BudgetScope.Each("project"), Limit = 1m });
            options.Pricing.Models["echo-1"] = ModelPrice.PerMillion(input: 100m, output: 400m);
        });
        services.AddKeyedSingleton<IChatClient>("openai", new Echo());
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetServices<IChatClient>().First();
        try
        {
            await client.GetResponseAsync("Write me a book.", new ChatOptions { ConversationId = "novel", MaxOutputTokens = 3_000 });
        }
        catch (BudgetExceededException denied)
        {
            Console.WriteLine($"denied by {denied.Decision.DeniedByBudgets[0].Scope}");
        }

        sealed class Echo : IChatClient
        {
            public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

            public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

            public object? GetService(Type serviceType, object? serviceKey = null) => serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("echo", defaultModelId: "echo-1") : null;

            public void Dispose()
            {
            }
        }
        """,
        "denied by project=novel");

    private static Continuation Embeddings => new("docs/chat.md", "IEmbeddingGenerator", """
        services.AddBudgetFirewall(options =>
        {
            options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 0.01m });
            options.Pricing.Models["numbers-1"] = ModelPrice.PerMillion(input: 1_000m, output: 0m);
        });
        services.AddKeyedSingleton<IEmbeddingGenerator<string, Embedding<float>>>("openai", new Numbers());
        await using var provider = services.BuildServiceProvider();
        var generator = provider.GetServices<IEmbeddingGenerator<string, Embedding<float>>>().First();
        var texts = 0;
        try
        {
            for (; ; texts++)
                await generator.GenerateAsync(["nine bytes"]);
        }
        catch (BudgetExceededException denied)
        {
            Console.WriteLine($"{texts} texts, {denied.Decision.DeniedByBudgets[0].Remaining} left");
        }

        sealed class Numbers : IEmbeddingGenerator<string, Embedding<float>>
        {
            public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
                Task.FromResult(new GeneratedEmbeddings<Embedding<float>>([new(new float[] { 1 })]) { Usage = new() { InputTokenCount = 3 } });

            public object? GetService(Type serviceType, object? serviceKey = null) => serviceType == typeof(EmbeddingGeneratorMetadata) ? new EmbeddingGeneratorMetadata("numbers", defaultModelId: "numbers-1") : null;

            public void Dispose()
            {
            }
        }
        """,
        "3 texts, 0.001 left");

    private static Continuation OtherCalls => new("docs/chat.md", "new CallGuard", """
        try
        {
            while (true)
            {
                await using var call = await guard.BeginAsync(new BudgetRequest { Provider = "ocr", Cost = 0.30m });
                await call.CommitAsync(new BudgetUsage { ResponseBytes = 1_000 });
            }
        }
        catch (BudgetExceededException denied)
        {
            Console.WriteLine($"{denied.Decision.DeniedByBudgets[0].Remaining} is left");
        }
        """,
        "0.1 is left");

    private static Continuation Redis => new("docs/redis.md", "CommitAsync(0.21m)", """
        var spends = 0;
        while ((await firewall.TrySpendAsync(new BudgetRequest { Provider = "openai", UserId = "alice", Cost = 3m })).IsAllowed)
            spends++;
        Console.WriteLine($"{spends} more, {(await firewall.GetStatusAsync(BudgetScope.User("alice"))).Budgets[0].Remaining} left");
        """,
        "3 more, 0.79 left");
}
