using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;

namespace BudgetFirewall.RealClients.Tests;

public sealed class EmbeddingTests
{
    [Fact]
    public async Task Embeddings_are_charged_by_the_usage_that_the_provider_tells()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answers(Reply.Says("", new(1_235, 0)));
        using var generator = guarded.OpenAI().GetEmbeddingClient(Tariff.Embedder).AsIEmbeddingGenerator().WithBudget(guarded.Firewall);
        var embeddings = await generator.GenerateAsync(["one text", "another text"]);
        embeddings.Count.Should().Be(2);
        embeddings[0].Vector.ToArray().Should().Equal(0.25f, -0.5f, 1f);
        // 1,235 x 20.5 nanos are 25,317.5.
        guarded.Provider.Billed.Should().Be(0.000025318m);
        await guarded.ChargedWhatWasBilledAsync(requests: 1);
    }

    [Fact]
    public async Task Embeddings_that_the_provider_refuses_are_free()
    {
        await using var guarded = await GuardedProvider.StartAsync();
        guarded.Provider.Answer = _ => Reply.Fails(Fault.TooManyRequests);
        using var generator = guarded.OpenAI(options => options.RetryPolicy = new ClientRetryPolicy(maxRetries: 0)).GetEmbeddingClient(Tariff.Embedder).AsIEmbeddingGenerator().WithBudget(guarded.Firewall);
        await FluentActions.Awaiting(() => generator.GenerateAsync(["one text"])).Should().ThrowAsync<Exception>();
        await guarded.ChargedAsync(0m, requests: 1);
    }
}
