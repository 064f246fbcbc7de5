using Microsoft.Extensions.AI;

namespace BudgetFirewall;

#pragma warning disable MEAI001 // The types of images are on trial, and so is this guard.

/// <summary>An image generator whose every call is reserved before it is made, and charged once, however it ends.</summary>
internal sealed class BudgetImageGenerator : DelegatingImageGenerator
{
    private readonly MediaCalls _calls;
    private readonly ITokenEstimator _estimator;
    private readonly int _outputTokensPerImage;

    public BudgetImageGenerator(IImageGenerator generator, IBudgetFirewall firewall, BudgetImageOptions options, CallGuardOptions calls) : base(generator)
    {
        ArgumentNullException.ThrowIfNull(options.TokenEstimator, nameof(options.TokenEstimator));
        ArgumentOutOfRangeException.ThrowIfNegative(options.OutputTokensPerImage, nameof(options.OutputTokensPerImage));
        var metadata = generator.GetService(typeof(ImageGeneratorMetadata)) as ImageGeneratorMetadata;
        (_estimator, _outputTokensPerImage) = (options.TokenEstimator, options.OutputTokensPerImage);
        _calls = new(firewall, options, calls, metadata?.ProviderName, metadata?.DefaultModelId);
    }

    public override Task<ImageGenerationResponse> GenerateAsync(ImageGenerationRequest request, ImageGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var model = _calls.ModelOf(options?.ModelId);
        return _calls.RunAsync(
            model,
            Expected(request, options, model),
            options?.AdditionalProperties,
            () => InnerGenerator.GenerateAsync(request, Sent(options), cancellationToken),
            static (tally, response) => tally.Add(response.Contents, response.Usage),
            cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _calls.Dispose();
        base.Dispose(disposing);
    }

    private BudgetUsage Expected(ImageGenerationRequest request, ImageGenerationOptions? options, string? model)
    {
        var images = Math.Max(1, options?.Count ?? 1);
        var given = request.OriginalImages?.ToList() ?? [];
        var input = Math.Max(0, _estimator.EstimateText(request.Prompt ?? "", model)) + given.Sum(image => Math.Max(0, _estimator.EstimateContent(image, model)));
        var units = new Dictionary<string, decimal> { [UsageUnits.Image] = images };
        if (given.Count > 0)
            units[MediaUnits.InputImage] = given.Count;
        return BudgetUsage.Tokens(input, (long)images * _outputTokensPerImage) with { Units = units };
    }

    private static ImageGenerationOptions? Sent(ImageGenerationOptions? options)
    {
        if (!Payer.IsNamedBy(options?.AdditionalProperties))
            return options;
        var sent = options!.Clone();
        sent.AdditionalProperties = Payer.Without(options.AdditionalProperties!);
        return sent;
    }
}
