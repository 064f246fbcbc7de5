using System.Runtime.CompilerServices;

namespace BudgetFirewall;

/// <summary>A price, or none, for each kind of token.</summary>
[InlineArray(Count)]
internal struct TokenPrices : IEquatable<TokenPrices>
{
    private const int Count = (int)TokenKind.ImageOutput + 1;

    private decimal? _first;

    public readonly decimal? Get(TokenKind kind) => this[(int)kind];

    /// <summary>Sets a price.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="price">The price; null for none.</param>
    /// <param name="member">The name of the price in error messages; null for the kind's name, as in <see cref="ModelPrice"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The price is outside 0 … 9,000,000,000.</exception>
    public void Set(TokenKind kind, decimal? price, string? member = null)
    {
        if (price is { } value)
            Money.CheckRange(value, member ?? kind.ToString());
        this[(int)kind] = price;
    }

    public readonly bool Equals(TokenPrices other)
    {
        for (var i = 0; i < Count; i++)
        {
            if (this[i] != other[i])
                return false;
        }
        return true;
    }

    public override readonly bool Equals(object? obj) => obj is TokenPrices other && Equals(other);

    public override readonly int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var price in this)
            hash.Add(price);
        return hash.ToHashCode();
    }
}
