using Microsoft.Extensions.AI;

namespace BudgetFirewall;

#pragma warning disable MEAI001 // The types of speech are on trial, and so is this guard.

/// <summary>A client that makes text of speech whose every call is reserved before it is made, and charged once, however it ends.</summary>
internal sealed class BudgetSpeechToTextClient : DelegatingSpeechToTextClient
{
    private const int InputTokensPerSecond = 10;
    private const int OutputTokensPerSecond = 4;

    private readonly MediaCalls _calls;
    private readonly BudgetUsage _expected;

    public BudgetSpeechToTextClient(ISpeechToTextClient client, IBudgetFirewall firewall, BudgetSpeechToTextOptions options, CallGuardOptions calls) : base(client)
    {
        if (options.ExpectedDuration < TimeSpan.Zero || options.ExpectedDuration > TimeSpan.FromHours(24))
            throw new ArgumentOutOfRangeException(nameof(options.ExpectedDuration), options.ExpectedDuration, "ExpectedDuration must be from 0 to 24 hours.");
        var metadata = client.GetService(typeof(SpeechToTextClientMetadata)) as SpeechToTextClientMetadata;
        _expected = Expected(options.ExpectedDuration);
        _calls = new(firewall, options, calls, metadata?.ProviderName, metadata?.DefaultModelId);
    }

    public override Task<SpeechToTextResponse> GetTextAsync(Stream audioSpeechStream, SpeechToTextOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audioSpeechStream);
        return _calls.RunAsync(
            _calls.ModelOf(options?.ModelId),
            _expected,
            options?.AdditionalProperties,
            () => InnerClient.GetTextAsync(audioSpeechStream, Sent(options), cancellationToken),
            static (tally, response) => tally.Add(response.Contents, response.Usage, response.EndTime),
            cancellationToken);
    }

    public override IAsyncEnumerable<SpeechToTextResponseUpdate> GetStreamingTextAsync(Stream audioSpeechStream, SpeechToTextOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audioSpeechStream);
        return _calls.Stream(
            _calls.ModelOf(options?.ModelId),
            _expected,
            options?.AdditionalProperties,
            token => InnerClient.GetStreamingTextAsync(audioSpeechStream, Sent(options), token),
            static (tally, update) => tally.Add(update.Contents, usage: null, update.EndTime),
            cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _calls.Dispose();
        base.Dispose(disposing);
    }

    private static BudgetUsage Expected(TimeSpan duration)
    {
        var seconds = duration.Ticks / TimeSpan.TicksPerSecond + (duration.Ticks % TimeSpan.TicksPerSecond == 0 ? 0 : 1);
        return BudgetUsage.Tokens(seconds * InputTokensPerSecond, seconds * OutputTokensPerSecond) with
        {
            AudioInputTokens = seconds * InputTokensPerSecond,
            Units = new Dictionary<string, decimal> { [MediaUnits.Second] = seconds },
        };
    }

    private static SpeechToTextOptions? Sent(SpeechToTextOptions? options)
    {
        if (!Payer.IsNamedBy(options?.AdditionalProperties))
            return options;
        var sent = options!.Clone();
        sent.AdditionalProperties = Payer.Without(options.AdditionalProperties!);
        return sent;
    }
}
