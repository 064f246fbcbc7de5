using System.Numerics;

namespace BudgetFirewall;

/// <summary>
/// A sum of products without any rounding. A decimal holds it as long as no addition drops a digit, which is all that real prices need;
/// a product that it cannot hold (10 plus 10⁻²⁸ has too many digits) is added separately in whole numbers, so that nothing is lost.
/// </summary>
internal struct ExactSum
{
    // The part outside the decimal is counted in 10⁻⁵⁶, since the product of two decimals has at most 56 decimals.
    private static readonly BigInteger RestPerDecimalPlace = BigInteger.Pow(10, 28);
    private static readonly BigInteger RestPerLinePlace = BigInteger.Pow(10, 38);
    private static readonly BigInteger RestPerNano = BigInteger.Pow(10, 47);
    private static readonly BigInteger NanosPerUnit = new(Money.NanosPerUnit);

    private decimal _sum;
    private BigInteger _rest;

    /// <summary>True once an addition did not fit into a decimal. Lines are then cut to 10⁻¹⁸ by <see cref="Cut"/>, which leaves ten digits before the point.</summary>
    public bool IsCut { get; private set; }

    public readonly bool IsNegative => IsCut ? Rest().Sign < 0 : _sum < 0;

    /// <summary>The sum, which is not negative, rounded up to a nano.</summary>
    public readonly decimal RoundedUp()
    {
        if (!IsCut)
            return decimal.Round(_sum, 9, MidpointRounding.ToPositiveInfinity);
        var whole = BigInteger.DivRem((Rest() + RestPerNano - 1) / RestPerNano, NanosPerUnit, out var nanos);
        return (decimal)whole + ((decimal)nanos / Money.NanosPerUnit);
    }

    /// <summary>Adds a product of two amounts of 0 or more.</summary>
    /// <returns>The product, cut to 10⁻¹⁸ where a decimal cannot hold it.</returns>
    public decimal Add(decimal quantity, decimal unitPrice)
    {
        if (quantity == 0 || unitPrice == 0)
            return 0;
        var product = quantity * unitPrice;
        if (product.Scale == quantity.Scale + unitPrice.Scale)
        {
            Add(product);
            return product;
        }
        var exact = Whole(quantity) * Whole(unitPrice);
        AddRest(exact);
        return product > Money.Max ? product : (decimal)(exact / RestPerLinePlace) / 1_000_000_000_000_000_000m;
    }

    public void Add(decimal amount)
    {
        // A decimal keeps the larger number of decimals of its operands unless it had to drop digits.
        var sum = _sum + amount;
        if (sum.Scale >= Math.Max(_sum.Scale, amount.Scale))
            _sum = sum;
        else
            AddRest(Whole(amount) * RestPerDecimalPlace);
    }

    /// <summary>Cuts an amount to 18 decimals: sums of such amounts up to 9,000,000,000 fit into a decimal.</summary>
    public static decimal Cut(decimal amount) => decimal.Round(amount, 18, MidpointRounding.ToNegativeInfinity);

    private void AddRest(BigInteger rest)
    {
        _rest += rest;
        IsCut = true;
    }

    private readonly BigInteger Rest() => (Whole(_sum) * RestPerDecimalPlace) + _rest;

    /// <summary>Converts a decimal to units of 10⁻²⁸, of which every decimal is a whole number.</summary>
    private static BigInteger Whole(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var digits = new decimal(bits[0], bits[1], bits[2], decimal.IsNegative(value), scale: 0);
        return new BigInteger(digits) * BigInteger.Pow(10, 28 - value.Scale);
    }
}
