using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

#pragma warning disable MEAI001 // The types of images and speech are on trial.

namespace BudgetFirewall.Extensions.AI.Tests;

/// <summary>Guarded generators of images and speech. An image costs 0.04, a second of audio 0.001 and a character 0.01; the budget is 1.</summary>
public sealed class MediaTests : IAsyncDisposable
{
    private readonly List<SettledCall> _settled = [];
    private readonly IBudgetFirewall _firewall = new BudgetFirewallBuilder().Configure(Configure).Build();
    private readonly ScriptedMedia _provider = new();

    [Fact]
    public async Task Images_are_held_as_asked_for_and_charged_as_they_came()
    {
        using var images = Images();
        var held = 0m;
        _provider.Calling = async () => held = (await BudgetAsync()).Held;
        _provider.Contents = [Image, Image];

        var response = await images.GenerateAsync(new("a cat"), new ImageGenerationOptions { Count = 3 });

        response.Contents.Should().HaveCount(2);
        held.Should().Be(0.12m);
        (await BudgetAsync()).Should().Be((0.08m, 0m));
        var settled = _settled.Should().ContainSingle().Which;
        (settled.Request.Provider, settled.Request.Operation, settled.Request.Model, settled.IsEstimated).Should().Be(("scripted", "images", "painter", false));
    }

    [Fact]
    public async Task Tokens_of_images_are_expected_for_each_and_charged_as_reported()
    {
        using var images = Images();
        _provider.Usage = new() { InputTokenCount = 7, OutputTokenCount = 100 };

        await images.GenerateAsync(new("a cat", [Image]), new ImageGenerationOptions { ModelId = "by-token" });

        var settled = _settled.Should().ContainSingle().Which;
        settled.Request.Usage!.OutputTokens.Should().Be(6_240);
        settled.Request.Usage.Units.Should().BeEquivalentTo(new Dictionary<string, decimal> { ["image"] = 1m, ["input_image"] = 1m });
        (settled.Usage!.InputTokens, settled.Usage.OutputTokens).Should().Be((7, 100));
        (await BudgetAsync()).Spent.Should().Be(0.00107m);
    }

    [Fact]
    public async Task Images_that_do_not_fit_are_not_asked_for()
    {
        using var images = Images();

        await FluentActions.Awaiting(() => images.GenerateAsync(new("cats"), new ImageGenerationOptions { Count = 26 })).Should().ThrowExactlyAsync<BudgetExceededException>();

        _provider.Calls.Should().Be(0);
    }

    [Fact]
    public async Task A_text_of_speech_is_held_for_the_expected_time_and_charged_to_its_end()
    {
        using var speech = SpeechToText();
        var held = 0m;
        _provider.Calling = async () => held = (await BudgetAsync()).Held;
        _provider.End = TimeSpan.FromSeconds(12.5);

        (await speech.GetTextAsync(Stream.Null)).Text.Should().Be("Hello there");

        held.Should().Be(0.09m);
        (await BudgetAsync()).Should().Be((0.0125m, 0m));
        _settled.Should().ContainSingle().Which.IsEstimated.Should().BeFalse();
    }

    [Fact]
    public async Task Without_an_end_the_expected_time_is_charged_and_flagged()
    {
        using var speech = SpeechToText();

        await speech.GetTextAsync(Stream.Null);

        (await BudgetAsync()).Spent.Should().Be(0.09m);
        _settled.Should().ContainSingle().Which.IsEstimated.Should().BeTrue();
    }

    [Fact]
    public async Task A_streamed_text_is_charged_to_the_latest_end_once_it_is_read()
    {
        using var speech = SpeechToText();
        _provider.End = TimeSpan.FromSeconds(20);

        var text = "";
        await foreach (var update in speech.GetStreamingTextAsync(Stream.Null))
            text += update.Text;

        text.Should().Be("Hello there");
        (await BudgetAsync()).Should().Be((0.02m, 0m));
    }

    [Fact]
    public async Task A_stream_that_nobody_reads_on_is_charged_with_what_is_known()
    {
        using var speech = SpeechToText();
        _provider.End = TimeSpan.FromSeconds(20);

        await foreach (var update in speech.GetStreamingTextAsync(Stream.Null))
            break;

        (await BudgetAsync()).Should().Be((0.01m, 0m));
    }

    [Fact]
    public async Task Speech_of_a_text_costs_its_characters()
    {
        using var speech = TextToSpeech();

        await speech.GetAudioAsync("Hello 👋");
        await foreach (var _ in speech.GetStreamingAudioAsync("Bye"))
        {
        }

        (await BudgetAsync()).Should().Be((0.1m, 0m));
        _settled.Select(call => call.Request.Operation).Should().Equal("speech", "speech");
    }

    [Fact]
    public async Task A_call_that_was_refused_is_released_and_one_that_may_have_been_made_is_charged()
    {
        using var speech = TextToSpeech();
        _provider.Failure = new StatusException(429);
        await FluentActions.Awaiting(() => speech.GetAudioAsync("Hello")).Should().ThrowExactlyAsync<StatusException>();
        (await BudgetAsync()).Should().Be((0m, 0m));

        _provider.Failure = new TimeoutException();
        await FluentActions.Awaiting(() => speech.GetAudioAsync("Hello")).Should().ThrowExactlyAsync<TimeoutException>();
        (await BudgetAsync()).Should().Be((0.05m, 0m));
    }

    [Fact]
    public async Task The_payer_of_the_context_or_of_the_options_pays_and_is_not_sent()
    {
        using var images = Images();
        using var speech = SpeechToText();

        using (BudgetScopeContext.Begin(userId: "alice"))
            await images.GenerateAsync(new("a cat"));
        await speech.GetTextAsync(Stream.Null, new SpeechToTextOptions { AdditionalProperties = new() { [BudgetPayerExtensions.Key] = "bob", ["else"] = 1 } });

        _settled.Select(call => call.Request.UserId).Should().Equal("alice", "bob");
        _provider.Sent!.Keys.Should().Equal("else");
    }

    [Fact]
    public async Task Builders_take_the_firewall_of_their_container()
    {
        await using var services = new ServiceCollection().AddBudgetFirewall(Configure).Services.BuildServiceProvider();
        using var images = new ImageGeneratorBuilder(_provider).UseBudget(Settling).Build(services);
        using var speechToText = new SpeechToTextClientBuilder(_provider).UseBudget(Settling).Build(services);
        using var textToSpeech = new TextToSpeechClientBuilder(_provider).UseBudget(Settling).Build(services);

        await images.GenerateAsync(new("a cat"));
        await speechToText.GetTextAsync(Stream.Null);
        await textToSpeech.GetAudioAsync("Hello");

        _settled.Select(call => call.Request.Operation).Should().Equal("images", "transcription", "speech");
    }

    [Fact]
    public void Options_outside_their_range_are_named()
    {
        FluentActions.Invoking(() => ((IImageGenerator)_provider).WithBudget(_firewall, options => options.OutputTokensPerImage = -1))
            .Should().Throw<ArgumentException>().WithParameterName("OutputTokensPerImage");
        FluentActions.Invoking(() => ((ISpeechToTextClient)_provider).WithBudget(_firewall, options => options.ExpectedDuration = TimeSpan.FromHours(25)))
            .Should().Throw<ArgumentException>().WithParameterName("ExpectedDuration");
    }

    public async ValueTask DisposeAsync() => await _firewall.DisposeAsync();

    private static DataContent Image => new(new byte[] { 1 }, "image/png");

    private static void Configure(BudgetFirewallOptions options)
    {
        options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 1m });
        options.Pricing.Models["painter"] = Units("image", 0.04m);
        options.Pricing.Models["listener"] = Units("second", 0.001m);
        options.Pricing.Models["speaker"] = Units("input_character", 0.01m);
        options.Pricing.Models["by-token"] = new ModelPrice { Input = 0.00001m, Output = 0.00001m };
    }

    private static ModelPrice Units(string unit, decimal price) => new() { Input = 0, Units = new Dictionary<string, decimal> { [unit] = price } };

    private void Settling(BudgetMediaOptions options) => options.Calls.OnSettled = _settled.Add;

    private IImageGenerator Images() => ((IImageGenerator)_provider).WithBudget(_firewall, Settling);

    private ISpeechToTextClient SpeechToText() => ((ISpeechToTextClient)_provider).WithBudget(_firewall, options =>
    {
        options.ExpectedDuration = TimeSpan.FromSeconds(90);
        Settling(options);
    });

    private ITextToSpeechClient TextToSpeech() => ((ITextToSpeechClient)_provider).WithBudget(_firewall, Settling);

    private async Task<(decimal Spent, decimal Held)> BudgetAsync()
    {
        var state = (await _firewall.GetStatusAsync(BudgetScope.Global)).Budgets.Should().ContainSingle().Which;
        return (state.Spent, state.Held);
    }

    private sealed class ScriptedMedia : IImageGenerator, ISpeechToTextClient, ITextToSpeechClient
    {
        public int Calls { get; private set; }

        public Func<Task>? Calling { get; set; }

        public Exception? Failure { get; set; }

        public IList<AIContent> Contents { get; set; } = [];

        public UsageDetails? Usage { get; set; }

        public TimeSpan? End { get; set; }

        public AdditionalPropertiesDictionary? Sent { get; private set; }

        public async Task<ImageGenerationResponse> GenerateAsync(ImageGenerationRequest request, ImageGenerationOptions? options = null, CancellationToken cancellationToken = default)
        {
            await CallAsync(options?.AdditionalProperties);
            return new(Contents) { Usage = Usage };
        }

        public async Task<SpeechToTextResponse> GetTextAsync(Stream audioSpeechStream, SpeechToTextOptions? options = null, CancellationToken cancellationToken = default)
        {
            await CallAsync(options?.AdditionalProperties);
            return new("Hello there") { EndTime = End, Usage = Usage };
        }

        public async IAsyncEnumerable<SpeechToTextResponseUpdate> GetStreamingTextAsync(
            Stream audioSpeechStream, SpeechToTextOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await CallAsync(options?.AdditionalProperties);
            yield return new("Hello ") { EndTime = End / 2 };
            yield return new("there") { EndTime = End };
        }

        public async Task<TextToSpeechResponse> GetAudioAsync(string text, TextToSpeechOptions? options = null, CancellationToken cancellationToken = default)
        {
            await CallAsync(options?.AdditionalProperties);
            return new([new DataContent(new byte[] { 1 }, "audio/mpeg")]);
        }

        public async IAsyncEnumerable<TextToSpeechResponseUpdate> GetStreamingAudioAsync(
            string text, TextToSpeechOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await CallAsync(options?.AdditionalProperties);
            yield return new([new DataContent(new byte[] { 1 }, "audio/mpeg")]);
        }

        public object? GetService(Type serviceType, object? serviceKey = null) =>
            serviceType == typeof(ImageGeneratorMetadata) ? new ImageGeneratorMetadata("scripted", defaultModelId: "painter")
            : serviceType == typeof(SpeechToTextClientMetadata) ? new SpeechToTextClientMetadata("scripted", defaultModelId: "listener")
            : serviceType == typeof(TextToSpeechClientMetadata) ? new TextToSpeechClientMetadata("scripted", defaultModelId: "speaker")
            : null;

        public void Dispose()
        {
        }

        private async Task CallAsync(AdditionalPropertiesDictionary? properties)
        {
            (Calls, Sent) = (Calls + 1, properties);
            await (Calling?.Invoke() ?? Task.CompletedTask);
            if (Failure is not null)
                throw Failure;
        }
    }
}
