namespace BudgetFirewall;

/// <summary>
/// The cost of a request, line by line. The lines add up to the total exactly; when the total was rounded up to 0.000000001, the last line is the rounding.
/// Immutable.
/// </summary>
public sealed class CostBreakdown
{
    /// <summary>A breakdown of lines.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="currency">The currency, for display.</param>
    /// <param name="isUnknown">True when the price needs usage that is not given.</param>
    /// <exception cref="ArgumentNullException"><paramref name="lines"/> or <paramref name="currency"/> is null.</exception>
    /// <exception cref="OverflowException">The sum of the lines is beyond a decimal.</exception>
    public CostBreakdown(IReadOnlyList<CostLine> lines, string currency = "USD", bool isUnknown = false)
    {
        ArgumentNullException.ThrowIfNull(currency);
        Lines = ValueCollections.Copy(lines, nameof(lines));
        Currency = currency;
        IsUnknown = isUnknown;
        Total = Lines.Sum(line => line.Amount);
    }

    /// <summary>The lines, in a fixed order.</summary>
    public IReadOnlyList<CostLine> Lines { get; }

    /// <summary>The sum of the lines, in currency units.</summary>
    public decimal Total { get; }

    /// <summary>The currency, for display.</summary>
    public string Currency { get; }

    /// <summary>True when the price needs usage that the request does not give: the total is then only the part that is known.</summary>
    public bool IsUnknown { get; }

    /// <summary>The lines and the total as a table of several lines, in the invariant culture; an unknown cost is "at least" its total.</summary>
    public override string ToString() => CostBreakdownText.Of(this);
}
