using FsCheck;
using FsCheck.Fluent;

namespace BudgetFirewall.Tests;

/// <summary>
/// Any prices in any tiers, as a plain table from (service tier, threshold) to the prices given there, and what they come to by going through it as the rules read.
/// </summary>
internal sealed record TieredPrices(IReadOnlyDictionary<(string Tier, long Above), decimal?[]> Table)
{
    private const string Standard = "";

    private static readonly string[] Tiers = [Standard, "batch", "priority"];
    private static readonly long[] Thresholds = [0, 100, 1_000];

    // Input, cached, written, written for an hour, audio, images; output, reasoning, audio, images. Of a part without a price, the place of its whole.
    private static readonly int[] Wholes = [0, 0, 0, 2, 0, 0, 6, 6, 6, 6];

    private static readonly Gen<decimal?[]> Prices =
        Gen.Frequency((1, Gen.Choose(1, 999).Select(micros => (decimal?)micros / 1_000m)), (2, Gen.Constant<decimal?>(null))).ArrayOf(10);

    public static Gen<TieredPrices> Any { get; } =
        from prices in Prices.ArrayOf(Tiers.Length * Thresholds.Length)
        from wholes in Gen.Choose(0, 999).ArrayOf(2)
        select new TieredPrices(Tiers.SelectMany(_ => Thresholds, (tier, above) => (tier, above)).Zip(prices)
            .ToDictionary(one => one.First, one => one.First == (Standard, 0) ? [wholes[0], .. one.Second[1..6], wholes[1], .. one.Second[7..]] : one.Second));

    public static Gen<BudgetUsage> AnyUsage { get; } =
        from counts in Gen.Choose(0, 400).ArrayOf(10)
        from tier in Gen.Elements(null, "batch", "priority", "flex")
        select new BudgetUsage
        {
            InputTokens = counts[..6].Sum(),
            CachedInputTokens = counts[1],
            CacheWriteTokens = counts[2],
            CacheWriteOneHourTokens = counts[3],
            AudioInputTokens = counts[4],
            ImageInputTokens = counts[5],
            OutputTokens = counts[6..].Sum(),
            ReasoningTokens = counts[7],
            AudioOutputTokens = counts[8],
            ImageOutputTokens = counts[9],
            ServiceTier = tier,
        };

    public decimal CostOf(BudgetUsage usage)
    {
        long[] parts =
        [
            0, usage.CachedInputTokens!.Value, usage.CacheWriteTokens!.Value, usage.CacheWriteOneHourTokens!.Value, usage.AudioInputTokens!.Value, usage.ImageInputTokens!.Value,
            0, usage.ReasoningTokens!.Value, usage.AudioOutputTokens!.Value, usage.ImageOutputTokens!.Value,
        ];
        parts[0] = usage.InputTokens!.Value - parts[..6].Sum();
        parts[6] = usage.OutputTokens!.Value - parts[6..].Sum();
        return parts.Select((count, part) => count * PriceOf(part, usage)).Sum();
    }

    public ModelPrice ToModelPrice()
    {
        var standard = Tier(Standard, 0);
        return new ModelPrice
        {
            Input = standard.Input!.Value,
            CachedInput = standard.CachedInput,
            CacheWrite = standard.CacheWrite,
            CacheWriteOneHour = standard.CacheWriteOneHour,
            AudioInput = standard.AudioInput,
            ImageInput = standard.ImageInput,
            Output = standard.Output!.Value,
            Reasoning = standard.Reasoning,
            AudioOutput = standard.AudioOutput,
            ImageOutput = standard.ImageOutput,
            LongContext = LongContext(Standard),
            ServiceTiers = Tiers[1..].ToDictionary(tier => tier, tier => Tier(tier, 0) with { LongContext = LongContext(tier) }),
        };
    }

    public override string ToString() =>
        string.Join('\n', Table.Select(row => $"{row.Key}: {string.Join(", ", row.Value.Select(price => price?.ToString() ?? "-"))}"));

    private decimal PriceOf(int part, BudgetUsage usage)
    {
        foreach (var above in Thresholds.Where(above => above == 0 || usage.InputTokens > above).OrderDescending())
        {
            foreach (var tier in new[] { usage.ServiceTier ?? Standard, Standard })
            {
                if (Table.TryGetValue((tier, above), out var prices) && prices[part] is { } price)
                    return price;
            }
        }
        return PriceOf(Wholes[part], usage);
    }

    private Dictionary<long, ModelPriceTier> LongContext(string tier) => Thresholds[1..].ToDictionary(above => above, above => Tier(tier, above));

    private ModelPriceTier Tier(string tier, long above) => Table[(tier, above)] switch
    {
        [var input, var cached, var written, var hour, var audioIn, var imageIn, var output, var reasoning, var audioOut, var imageOut] => new()
        {
            Input = input, CachedInput = cached, CacheWrite = written, CacheWriteOneHour = hour, AudioInput = audioIn, ImageInput = imageIn,
            Output = output, Reasoning = reasoning, AudioOutput = audioOut, ImageOutput = imageOut,
        },
        _ => throw new InvalidOperationException(),
    };
}
