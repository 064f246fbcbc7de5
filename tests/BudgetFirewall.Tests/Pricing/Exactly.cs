using System.Globalization;
using System.Numerics;

namespace BudgetFirewall.Tests;

/// <summary>Decimals as whole numbers of 10⁻⁵⁶, which the product of any two decimals is: sums and products of them lose nothing.</summary>
internal static class Exactly
{
    public const decimal Smallest = 0.0000000000000000000000000001m;

    public static BigInteger Nano { get; } = BigInteger.Pow(10, 47);

    public static BigInteger Of(decimal value) => Whole(value) * BigInteger.Pow(10, 28);

    public static BigInteger Product(decimal left, decimal right) => Whole(left) * Whole(right);

    public static BigInteger Sum(this IEnumerable<BigInteger> values) => values.Aggregate(BigInteger.Zero, BigInteger.Add);

    public static decimal Parse(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    private static BigInteger Whole(decimal value)
    {
        var text = value.ToString("F28", CultureInfo.InvariantCulture);
        return BigInteger.Parse(text.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }
}
