namespace BudgetFirewall;

/// <summary>
/// The cost of one request as it is added up, with its lines where they are asked for. A quote and an estimate are the same additions,
/// so that they cannot disagree; without lines nothing is allocated.
/// </summary>
internal struct CostTally(bool withLines)
{
    private readonly List<CostLine>? _lines = withLines ? [] : null;
    private ExactSum _sum;
    private bool _isUnknown;
    private bool _needsUsage;

    /// <summary>Adds what is paid for. What is not used is no line; what is used but free is one.</summary>
    public void Add(string name, decimal quantity, decimal unitPrice)
    {
        if (quantity == 0)
            return;
        var amount = _sum.Add(quantity, unitPrice);
        _lines?.Add(new CostLine(name, quantity, unitPrice, amount));
    }

    /// <summary>Adds the line of a modifier to a cost that could be charged as it is.</summary>
    public void AddLineOf(IPriceModifier modifier, BudgetRequest request, string currency, DateTimeOffset now)
    {
        CheckedTotal();
        if (modifier.Modify(request, new CostBreakdown(_lines!, currency, _isUnknown), now) is not { } line)
            return;
        if (line.Amount > Money.Max)
            throw TooHigh(line.Amount);
        if (line.Amount >= -Money.Max)
            _sum.Add(line.Amount);
        if (line.Amount < -Money.Max || _sum.IsNegative)
            throw new InvalidOperationException($"The price modifier {modifier.GetType()} takes the cost below zero by its line '{line.Name}' of {line.Amount}.");
        _lines!.Add(line);
    }

    /// <summary>Says that something cannot be priced for want of usage; what is free costs nothing however much of it is used.</summary>
    public void MissUsage(bool isFree, bool isOfModel)
    {
        _isUnknown |= !isFree;
        _needsUsage |= !isFree && isOfModel;
    }

    /// <summary>The cost so far, rounded up, once it is known to be one that can be charged.</summary>
    public readonly decimal CheckedTotal()
    {
        var total = _sum.RoundedUp();
        return total <= Money.Max ? total : throw TooHigh(total);
    }

    public readonly CostQuote ToQuote() => new((long)(CheckedTotal() * Money.NanosPerUnit), _isUnknown, _needsUsage);

    public readonly CostBreakdown ToBreakdown(string currency)
    {
        var total = CheckedTotal();
        List<CostLine> lines = _sum.IsCut ? _lines!.ConvertAll(line => line with { Amount = ExactSum.Cut(line.Amount) }) : _lines!;
        var rounding = total - lines.Sum(line => line.Amount);
        if (rounding != 0)
            lines.Add(new CostLine(CostLineNames.Rounding, 1, rounding, rounding));
        return new CostBreakdown(lines, currency, _isUnknown);
    }

    private static ArgumentOutOfRangeException TooHigh(decimal cost) =>
        new(nameof(BudgetRequest.Cost), cost, "Cost, as computed from the prices, must be at most 9,000,000,000.");
}
