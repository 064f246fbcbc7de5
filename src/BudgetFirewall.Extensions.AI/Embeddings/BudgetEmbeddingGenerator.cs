using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;

namespace BudgetFirewall;

/// <summary>An embedding generator whose every call is reserved before it is made, and charged once, however it ends.</summary>
internal sealed class BudgetEmbeddingGenerator<TInput, TEmbedding> : DelegatingEmbeddingGenerator<TInput, TEmbedding>
    where TEmbedding : Embedding
{
    private readonly CallGuard _guard;
    private readonly EmbeddingCallRules _rules;

    public BudgetEmbeddingGenerator(IEmbeddingGenerator<TInput, TEmbedding> generator, IBudgetFirewall firewall, BudgetEmbeddingOptions options, CallGuardOptions calls)
        : base(generator)
    {
        var logger = (calls.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger("BudgetFirewall.Extensions.AI");
        _rules = new(options, generator.GetService(typeof(EmbeddingGeneratorMetadata)) as EmbeddingGeneratorMetadata, logger);
        _guard = new(firewall, calls);
    }

    public override async Task<GeneratedEmbeddings<TEmbedding>> GenerateAsync(
        IEnumerable<TInput> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var inputs = values as IReadOnlyList<TInput> ?? [.. values];
        var (request, payer) = _rules.Describe(inputs, options);
        // Calls made inside this one have the same payer.
        using var scope = Payer.Enter(payer);
        var call = await _guard.BeginUnlessCancelledAsync(request, cancellationToken).ConfigureAwait(false);
        using var enclosing = call.Enter();
        GeneratedEmbeddings<TEmbedding> embeddings;
        try
        {
            embeddings = await InnerGenerator.GenerateAsync(inputs, EmbeddingCallRules.Sent(options), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await call.ReportAsync(e).ConfigureAwait(false);
            if (_rules.IsFailureCharged(e))
                await CommitAsync(call, reported: null, isCallerWaiting: false).ConfigureAwait(false);
            else
                await call.ReleaseAsync().ConfigureAwait(false);
            throw;
        }
        await CommitAsync(call, embeddings.Usage, isCallerWaiting: true).ConfigureAwait(false);
        return embeddings;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _guard.Dispose();
        base.Dispose(disposing);
    }

    private static async ValueTask CommitAsync(GuardedCall call, UsageDetails? reported, bool isCallerWaiting)
    {
        var expected = call.Request.Usage;
        var (usage, isEstimated) = UsageMapping.OfEmbeddings(reported ?? new(), expected?.InputTokens ?? 0);
        await call.CommitAsync(usage with { ServiceTier = expected?.ServiceTier }, isEstimated, isCallerWaiting).ConfigureAwait(false);
    }
}
