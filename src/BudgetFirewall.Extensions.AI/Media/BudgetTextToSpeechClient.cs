using Microsoft.Extensions.AI;

namespace BudgetFirewall;

#pragma warning disable MEAI001 // The types of speech are on trial, and so is this guard.

/// <summary>A client that makes speech of text whose every call is reserved before it is made, and charged once, however it ends.</summary>
internal sealed class BudgetTextToSpeechClient : DelegatingTextToSpeechClient
{
    private readonly MediaCalls _calls;
    private readonly ITokenEstimator _estimator;

    public BudgetTextToSpeechClient(ITextToSpeechClient client, IBudgetFirewall firewall, BudgetTextToSpeechOptions options, CallGuardOptions calls) : base(client)
    {
        ArgumentNullException.ThrowIfNull(options.TokenEstimator, nameof(options.TokenEstimator));
        var metadata = client.GetService(typeof(TextToSpeechClientMetadata)) as TextToSpeechClientMetadata;
        _estimator = options.TokenEstimator;
        _calls = new(firewall, options, calls, metadata?.ProviderName, metadata?.DefaultModelId);
    }

    public override Task<TextToSpeechResponse> GetAudioAsync(string text, TextToSpeechOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        var model = _calls.ModelOf(options?.ModelId);
        return _calls.RunAsync(
            model,
            Expected(text, model),
            options?.AdditionalProperties,
            () => InnerClient.GetAudioAsync(text, Sent(options), cancellationToken),
            static (tally, response) => tally.Add(response.Contents, response.Usage),
            cancellationToken);
    }

    public override IAsyncEnumerable<TextToSpeechResponseUpdate> GetStreamingAudioAsync(string text, TextToSpeechOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        var model = _calls.ModelOf(options?.ModelId);
        return _calls.Stream(
            model,
            Expected(text, model),
            options?.AdditionalProperties,
            token => InnerClient.GetStreamingAudioAsync(text, Sent(options), token),
            static (tally, update) => tally.Add(update.Contents),
            cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _calls.Dispose();
        base.Dispose(disposing);
    }

    private BudgetUsage Expected(string text, string? model)
    {
        var characters = text.EnumerateRunes().Count();
        var output = (characters * 3L + 1) / 2;
        return BudgetUsage.Tokens(Math.Max(0, _estimator.EstimateText(text, model)), output) with
        {
            AudioOutputTokens = output,
            Units = new Dictionary<string, decimal> { [MediaUnits.InputCharacter] = characters },
        };
    }

    private static TextToSpeechOptions? Sent(TextToSpeechOptions? options)
    {
        if (!Payer.IsNamedBy(options?.AdditionalProperties))
            return options;
        var sent = options!.Clone();
        sent.AdditionalProperties = Payer.Without(options.AdditionalProperties!);
        return sent;
    }
}
