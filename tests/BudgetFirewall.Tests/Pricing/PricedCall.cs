using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace BudgetFirewall.Tests;

/// <summary>Any prices and any usage, sensible or absurd, and what they come to without rounding, by another way than the library's.</summary>
internal sealed record PricedCall(decimal Base, decimal Multiplier, (string Name, decimal Price)[] UnitPrices, decimal[]? ModelPrices, long[] Counts, decimal Records)
{
    private static readonly string[] UsageUnits = ["kb", "mb", "record", "request", "unnamed"];

    private static readonly Gen<decimal> Sensible =
        from digits in Gen.Choose(0, 99_999)
        from scale in Gen.Choose(2, 9)
        select new decimal(digits, 0, 0, false, (byte)scale);

    private static readonly Gen<decimal> Absurd =
        from low in Gen.Choose(int.MinValue, int.MaxValue)
        from middle in Gen.Choose(int.MinValue, int.MaxValue)
        from high in Gen.Choose(int.MinValue, int.MaxValue)
        from words in Gen.Choose(1, 3)
        from scale in Gen.Choose(0, 28)
        select new decimal(low, words > 1 ? middle : 0, words > 2 ? high : 0, false, (byte)scale) % 9_000_000_000m;

    private static readonly Gen<decimal> Price =
        Gen.Frequency((4, Sensible), (2, Absurd), (1, Gen.Elements(0m, 1m, Exactly.Smallest, 9_000_000_000m)));

    private static readonly Gen<long> Count =
        from bits in Gen.Choose(0, 41) // four of these make a prompt, which has at most 9,000,000,000,000 tokens
        from noise in Gen.Choose(0, int.MaxValue)
        select ((1L << bits) - 1) & ((long)noise * 2_048 + noise);

    public static Gen<PricedCall> Any { get; } =
        from @base in Price
        from multiplier in Price
        from prices in Price.ArrayOf(UsageUnits.Length)
        from priced in Gen.Elements(true, false).ArrayOf(UsageUnits.Length)
        from models in Price.ArrayOf(6)
        from isModel in Gen.Elements(true, false)
        from counts in Count.ArrayOf(8)
        from records in Count
        select new PricedCall(
            @base, multiplier, [.. UsageUnits.Zip(prices).Where((_, i) => priced[i])], isModel ? models : null, counts, records / 1_000_000m);

    /// <summary>The cost in 10⁻⁵⁶ of a currency unit.</summary>
    public BigInteger Unrounded =>
        (ModelPrices is null ? Exactly.Product(Base, Multiplier) : ModelPrices.Zip(Counts).Select(part => Exactly.Product(part.First, part.Second)).Sum())
        + UnitPrices.Select(unit => Exactly.Product(unit.Price, AmountOf(unit.Name))).Sum();

    public BudgetRequest Request => new() { Provider = "p", Operation = "o", Model = ModelPrices is null ? null : "m", Usage = Usage };

    // The counts: uncached input, read from the cache, written, written for an hour, output that is not reasoning, reasoning, and bytes each way.
    private BudgetUsage Usage => new()
    {
        InputTokens = Counts[0] + Counts[1] + Counts[2] + Counts[3],
        CachedInputTokens = Counts[1],
        CacheWriteTokens = Counts[2],
        CacheWriteOneHourTokens = Counts[3],
        OutputTokens = Counts[4] + Counts[5],
        ReasoningTokens = Counts[5],
        RequestBytes = Counts[6],
        ResponseBytes = Counts[7],
        Units = new Dictionary<string, decimal> { ["record"] = Records },
    };

    public void Fill(PricingOptions prices)
    {
        prices.Providers["p"] = Base;
        prices.Operations["o"] = Multiplier;
        foreach (var (name, price) in UnitPrices)
            prices.Units[name] = price;
        if (ModelPrices is [var input, var cached, var written, var writtenOneHour, var output, var reasoning])
        {
            prices.Models["m"] = new ModelPrice
            {
                Input = input, CachedInput = cached, CacheWrite = written, CacheWriteOneHour = writtenOneHour, Output = output, Reasoning = reasoning,
            };
        }
    }

    public override string ToString() =>
        $"base {Base} × {Multiplier}, units [{string.Join(", ", UnitPrices)}], model [{string.Join(", ", ModelPrices ?? [])}], counts [{string.Join(", ", Counts)}], records {Records}";

    private decimal AmountOf(string unit) => unit switch
    {
        "kb" => ((decimal)Counts[6] + Counts[7]) * 0.0009765625m,
        "mb" => ((decimal)Counts[6] + Counts[7]) * 0.00000095367431640625m,
        "record" => Records,
        "request" => 1,
        _ => 0,
    };
}
