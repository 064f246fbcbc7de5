namespace BudgetFirewall;

/// <summary>Makes a model's prices from an entry of a price file.</summary>
internal static class PriceFileModel
{
    private static readonly string[] GeneratingModes = ["chat", "completion", "responses", "realtime"];

    /// <exception cref="FormatException">No price can be made of it; the message says why.</exception>
    /// <exception cref="ArgumentException">A price or threshold is outside its range.</exception>
    public static ModelPrice Of(PriceFileEntry entry)
    {
        var standard = entry.Sets.GetValueOrDefault((null, 0)) ?? new();
        var longContext = Above(entry, serviceTier: null);
        if (entry.Ranges is { Count: > 0 } ranges)
            (standard, longContext) = PriceRangeTable.Of(entry, ranges, standard, longContext);
        var sets = entry.Sets.Values.Concat(longContext.Values).Prepend(standard).Distinct().ToList();
        var countsOneKindOfImage = CountsOneKindOfImage(standard, entry.Mode);
        if (countsOneKindOfImage)
            sets.ForEach(CountInputImagesAsImages);
        Complete(standard, entry.Mode);
        foreach (var set in sets)
            DropSecondPrices(set, standard, entry, countsOneKindOfImage);
        var serviceTiers = entry.Sets.Keys.Where(key => key.ServiceTier is not null).Select(key => key.ServiceTier!).Distinct()
            .ToDictionary(tier => tier, tier => (entry.Sets.GetValueOrDefault((tier, 0)) ?? new()).ToTier(Tiers(Above(entry, tier))));
        if (entry.FastMultiplier is { } factor)
            serviceTiers[PriceField.FastTier] = Fast(entry, standard, longContext, factor);
        return new()
        {
            Parts = standard.Tokens,
            Input = standard[TokenKind.Input] ?? 0,
            Units = standard.Units.Count == 0 ? null : standard.Units,
            LongContext = Tiers(longContext),
            ServiceTiers = serviceTiers.Count == 0 ? null : serviceTiers,
        };
    }

    // The factor is one of all tokens, read from the cache or written to it too; what the file prices in this tier itself counts as it is.
    private static ModelPriceTier Fast(PriceFileEntry entry, PriceFileSet standard, Dictionary<long, PriceFileSet> longContext, decimal factor)
    {
        var fast = entry.Sets.GetValueOrDefault((PriceField.FastTier, 0)) ?? new();
        fast.FillFrom(standard, factor);
        var above = Above(entry, PriceField.FastTier);
        foreach (var (threshold, set) in longContext)
        {
            above.TryAdd(threshold, new());
            above[threshold].FillFrom(set, factor);
        }
        return fast.ToTier(Tiers(above));
    }

    private static Dictionary<long, PriceFileSet> Above(PriceFileEntry entry, string? serviceTier) => entry.Sets
        .Where(set => set.Key.ServiceTier == serviceTier && set.Key.AboveTokens > 0)
        .ToDictionary(set => set.Key.AboveTokens, set => set.Value);

    private static Dictionary<long, ModelPriceTier>? Tiers(Dictionary<long, PriceFileSet> sets) =>
        sets.Count == 0 ? null : sets.ToDictionary(set => set.Key, set => set.Value.ToTier());

    // A whole without a price has that of its dearest part: the images of a model that makes nothing else are its output.
    private static void Complete(PriceFileSet standard, string? mode)
    {
        standard[TokenKind.Input] ??= standard.Dearest(TokenKind.AudioInput, TokenKind.ImageInput);
        if (standard[TokenKind.Output] is null or 0)
            standard[TokenKind.Output] = standard.Dearest(TokenKind.Reasoning, TokenKind.AudioOutput, TokenKind.ImageOutput) ?? standard[TokenKind.Output];
        var (input, output, hasUnits) = (standard[TokenKind.Input], standard[TokenKind.Output], standard.Units.Count > 0);
        var generates = GeneratingModes.Contains(mode, StringComparer.Ordinal);
        if (input is null && output is null && !hasUnits)
            throw new FormatException("it has no usable price");
        if (input is null && output is not null && (generates || !hasUnits))
            throw new FormatException("it has a price for output tokens and none for input tokens");
        if (output is null && input is not null && generates)
            throw new FormatException("it has a price for input tokens and none for output tokens");
        // Left out, it follows the price of the output in every tier, which is what is meant.
        if (standard[TokenKind.Reasoning] == output)
            standard[TokenKind.Reasoning] = null;
    }

    // A model that does not write text has images of one kind, of which a file may say either field: a model that makes images is paid by the image whatever the field,
    // and one that embeds them makes none. In every other model an image that is sent has another price than one of the answer.
    private static bool CountsOneKindOfImage(PriceFileSet standard, string? mode) =>
        !(mode is null ? standard[TokenKind.Output] > 0 : GeneratingModes.Contains(mode, StringComparer.Ordinal)) && standard.Units.GetValueOrDefault(PriceFileUnits.Image) == 0;

    private static void CountInputImagesAsImages(PriceFileSet set)
    {
        if (set.Units.Remove(PriceFileUnits.InputImage, out var price))
            set.Units[PriceFileUnits.Image] = Math.Max(price, set.Units.GetValueOrDefault(PriceFileUnits.Image));
    }

    // The same thing priced by tokens and by the piece would be paid twice by a usage that says both.
    private static void DropSecondPrices(PriceFileSet set, PriceFileSet standard, PriceFileEntry entry, bool countsOneKindOfImage)
    {
        DropIf(standard[TokenKind.ImageInput] > 0, PriceFileUnits.InputImage);
        DropIf(standard[TokenKind.ImageOutput] > 0 || (countsOneKindOfImage && standard[TokenKind.ImageInput] > 0), PriceFileUnits.Image);
        DropIf(standard.Dearest(TokenKind.AudioInput, TokenKind.AudioOutput) > 0, PriceFileUnits.Second);
        DropIf(standard[TokenKind.AudioInput] > 0, PriceFileUnits.AudioSecond);
        DropIf(standard[TokenKind.Input] > 0, PriceFileUnits.InputCharacter);
        DropIf(standard[TokenKind.Output] > 0, PriceFileUnits.OutputCharacter);
        DropIf(standard.Units.GetValueOrDefault(PriceFileUnits.Image) > 0 || standard.Units.GetValueOrDefault(PriceFileUnits.InputImage) > 0, PriceFileUnits.Pixel);

        void DropIf(bool isPricedOtherwise, string unit)
        {
            if (isPricedOtherwise && set.Units.Remove(unit, out var price) && price > 0)
                entry.Ignore(unit, "is priced by tokens or images too, which count");
        }
    }
}
