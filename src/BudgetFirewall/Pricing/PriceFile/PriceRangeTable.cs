namespace BudgetFirewall;

/// <summary>
/// Makes long-context tiers from a table of ranges (a &lt; input tokens ≤ b): the first range is the standard, each later one begins above its lower bound.
/// </summary>
internal static class PriceRangeTable
{
    private const string Field = "tiered_pricing";

    /// <exception cref="FormatException">The ranges contradict each other, or one has no price for input tokens.</exception>
    public static (PriceFileSet Standard, Dictionary<long, PriceFileSet> LongContext) Of(
        PriceFileEntry entry, IReadOnlyList<PriceRange> ranges, PriceFileSet flat, Dictionary<long, PriceFileSet> longContext)
    {
        if (ranges.Any(range => range.Start is null))
        {
            entry.Ignore(Field, "is not by input tokens");
            return (flat, longContext);
        }
        if (longContext.Count > 0)
            entry.Ignore("…_above_…_tokens", $"is not used beside {Field}");
        PriceRange[] sorted = [.. ranges.OrderBy(range => range.Start)];
        CheckBounds(entry, sorted);
        var standard = WithFlat(sorted[0].Prices, flat);
        foreach (var (unit, price) in flat.Units)
            standard.Units.TryAdd(unit, price);
        return (standard, sorted.Skip(1).ToDictionary(range => range.Start!.Value, range => Completed(WithFlat(range.Prices, flat))));
    }

    private static void CheckBounds(PriceFileEntry entry, PriceRange[] sorted)
    {
        if (sorted[0].Start > 0)
            entry.Warnings.Add(new(entry.Name, Field, $"begins above {sorted[0].Start} tokens; its first range is used below too"));
        foreach (var (range, next) in sorted.Zip(sorted.Skip(1)))
        {
            if (range.Start == next.Start)
                throw new FormatException($"{Field} has two ranges above {range.Start} tokens");
            if (range.End != next.Start)
                entry.Warnings.Add(new(entry.Name, Field, $"has a gap or an overlap at {next.Start} tokens; each range is used until the next begins"));
        }
    }

    // The entry gives the prices of output, audio and images that a table leaves out. Input prices that it leaves out are the range's own.
    private static PriceFileSet WithFlat(PriceFileSet range, PriceFileSet flat)
    {
        if (range[TokenKind.Input] is null)
            throw new FormatException($"a range of {Field} has no price for input tokens");
        if (range[TokenKind.Output] is null)
            range[TokenKind.Reasoning] ??= flat[TokenKind.Reasoning];
        foreach (var kind in (TokenKind[])[TokenKind.AudioInput, TokenKind.ImageInput, TokenKind.Output, TokenKind.AudioOutput, TokenKind.ImageOutput])
            range[kind] ??= flat[kind];
        return range;
    }

    // A part that this range does not price must not fall back to the first range, whose prices are other ones.
    private static PriceFileSet Completed(PriceFileSet range)
    {
        foreach (var kind in TokenKinds.All)
            range[kind] ??= kind.Whole() is { } whole ? range[whole] : null;
        return range;
    }
}
