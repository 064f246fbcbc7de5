using Microsoft.Extensions.AI;

namespace BudgetFirewall.Extensions.AI.Tests;

/// <summary>A token costs 0.001; the inputs are estimated at 2 and 1 tokens.</summary>
public sealed class EmbeddingTests : IAsyncDisposable
{
    private readonly ScriptedGenerator _provider = new();
    private readonly List<SettledCall> _settled = [];
    private readonly IBudgetFirewall _firewall = new BudgetFirewallBuilder().Configure(options =>
    {
        options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 0.01m });
        options.Pricing.Models["embedder"] = new ModelPrice { Input = 0.001m };
    }).Build();

    [Fact]
    public async Task A_call_is_charged_by_its_usage()
    {
        _provider.Usage = new() { InputTokenCount = 5, TotalTokenCount = 5 };

        var embeddings = await Guarded().GenerateAsync(["123456", "123"]);

        embeddings.Count.Should().Be(2);
        (await BudgetAsync()).Should().Be((0.005m, 0m));
        _settled.Should().ContainSingle().Which.Request.Usage.Should().Be(BudgetUsage.Tokens(3, 0));
        _settled[0].IsEstimated.Should().BeFalse();
    }

    [Fact]
    public async Task Without_a_usage_the_estimate_is_charged_and_flagged()
    {
        await Guarded().GenerateAsync(["123456", "123"]);

        (await BudgetAsync()).Should().Be((0.003m, 0m));
        _settled.Should().ContainSingle().Which.IsEstimated.Should().BeTrue();
    }

    [Fact]
    public async Task A_usage_of_a_total_alone_is_one_of_input()
    {
        _provider.Usage = new() { TotalTokenCount = 4 };

        await Guarded().GenerateAsync(["123456", "123"]);

        (await BudgetAsync()).Should().Be((0.004m, 0m));
    }

    [Fact]
    public async Task A_call_that_does_not_fit_is_not_made()
    {
        var tooLong = new string('x', 3 * 11);

        await FluentActions.Awaiting(() => Guarded().GenerateAsync([tooLong])).Should().ThrowExactlyAsync<BudgetExceededException>();

        _provider.Calls.Should().Be(0);
    }

    [Fact]
    public async Task A_call_that_is_refused_is_released_and_one_that_may_have_been_made_is_charged()
    {
        _provider.Failure = new StatusException(429);
        await FluentActions.Awaiting(() => Guarded().GenerateAsync(["123"])).Should().ThrowExactlyAsync<StatusException>();
        (await BudgetAsync()).Should().Be((0m, 0m));

        _provider.Failure = new TimeoutException();
        await FluentActions.Awaiting(() => Guarded().GenerateAsync(["123"])).Should().ThrowExactlyAsync<TimeoutException>();
        (await BudgetAsync()).Should().Be((0.001m, 0m));
    }

    [Fact]
    public async Task The_ambient_context_pays()
    {
        using (BudgetScopeContext.Begin(userId: "alice"))
            await Guarded().GenerateAsync(["123"]);

        var request = _settled.Should().ContainSingle().Which.Request;
        (request.UserId, request.Provider, request.Operation, request.Model).Should().Be(("alice", "scripted", "embeddings", "embedder"));
    }

    [Fact]
    public async Task What_a_generator_calls_is_paid_by_the_payer_of_its_options()
    {
        string? payer = null;
        _provider.Calling = () => payer = BudgetScopeContext.Current?.UserId;

        using (BudgetScopeContext.Begin(userId: "bob"))
        {
            await Guarded().GenerateAsync(["123"], new EmbeddingGenerationOptions().WithBudgetUser("alice"));
            BudgetScopeContext.Current!.UserId.Should().Be("bob");
        }

        payer.Should().Be("alice");
        _settled.Should().ContainSingle().Which.Request.UserId.Should().Be("alice");
    }

    public async ValueTask DisposeAsync()
    {
        _provider.Dispose();
        await _firewall.DisposeAsync();
    }

    private IEmbeddingGenerator<string, Embedding<float>> Guarded() => _provider.WithBudget(_firewall, options => options.Calls.OnSettled = _settled.Add);

    private async Task<(decimal Spent, decimal Held)> BudgetAsync()
    {
        var state = (await _firewall.GetStatusAsync(BudgetScope.Global)).Budgets.Should().ContainSingle().Which;
        return (state.Spent, state.Held);
    }

    private sealed class ScriptedGenerator : IEmbeddingGenerator<string, Embedding<float>>
    {
        public UsageDetails? Usage { get; set; }

        public Exception? Failure { get; set; }

        public int Calls { get; private set; }

        public Action? Calling { get; set; }

        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
            IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
        {
            Calls++;
            Calling?.Invoke();
            return Failure is not null ? throw Failure : Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(_ => new Embedding<float>(new float[3]))) { Usage = Usage });
        }

        public object? GetService(Type serviceType, object? serviceKey = null) =>
            serviceType == typeof(EmbeddingGeneratorMetadata) ? new EmbeddingGeneratorMetadata("scripted", defaultModelId: "embedder") : null;

        public void Dispose()
        {
        }
    }
}
