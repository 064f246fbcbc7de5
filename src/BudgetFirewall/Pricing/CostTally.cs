namespace BudgetFirewall;

/// <summary>
/// The cost of one request while it is added up, with its lines if they are wanted. A quote and an estimate are the same additions,
/// so that they cannot disagree; without lines nothing is allocated.
/// </summary>
internal struct CostTally(bool withLines, decimal maxCost)
{
    private readonly List<CostLine>? _lines = withLines ? [] : null;
    private ExactSum _sum;
    private bool _isUnknown;

    /// <summary>True when nothing prices the request.</summary>
    public bool IsUnpriced { get; private set; }

    /// <summary>True when the price of the request's model needs usage that is not given.</summary>
    public bool IsModelMissingUsage { get; private set; }

    /// <summary>Adds an item that is paid for. An item of quantity 0 gives no line; one that is used but free gives a line.</summary>
    public void Add(string name, decimal quantity, decimal unitPrice)
    {
        if (quantity == 0)
            return;
        var amount = _sum.Add(quantity, unitPrice);
        _lines?.Add(new CostLine(name, quantity, unitPrice, amount));
    }

    /// <summary>Adds the line of a modifier. The cost before it must be within the range of money.</summary>
    public void AddLineOf(IPriceModifier modifier, BudgetRequest request, string currency, DateTimeOffset now)
    {
        // A reduction may bring a cost down to the highest one allowed, so only the range of money is checked here.
        CheckedTotal(Money.Max);
        if (modifier.Modify(request, new CostBreakdown(_lines!, currency, _isUnknown), now) is not { } line)
            return;
        if (line.Amount > Money.Max)
            throw MaxCost.Exceeded(line.Amount, maxCost);
        if (line.Amount >= -Money.Max)
            _sum.Add(line.Amount);
        if (line.Amount < -Money.Max || _sum.IsNegative)
            throw new InvalidOperationException($"The price modifier {modifier.GetType()} takes the cost below zero by its line '{line.Name}' of {line.Amount}.");
        _lines!.Add(line);
    }

    /// <summary>Notes that something cannot be priced because usage is missing.</summary>
    public void MissUsage(bool isOfModel)
    {
        _isUnknown = true;
        IsModelMissingUsage |= isOfModel;
    }

    /// <summary>Notes that nothing prices the request.</summary>
    public void MissPrice() => _isUnknown = IsUnpriced = true;

    /// <summary>Returns the cost so far, rounded up, after checking that it is not above the bound.</summary>
    private readonly decimal CheckedTotal(decimal bound)
    {
        var total = _sum.RoundedUp();
        return total <= bound ? total : throw MaxCost.Exceeded(total, maxCost);
    }

    public readonly CostQuote ToQuote() => new((long)(CheckedTotal(maxCost) * Money.NanosPerUnit), _isUnknown);

    public readonly CostBreakdown ToBreakdown(string currency)
    {
        var total = CheckedTotal(maxCost);
        List<CostLine> lines = _sum.IsCut ? _lines!.ConvertAll(line => line with { Amount = ExactSum.Cut(line.Amount) }) : _lines!;
        var rounding = total - lines.Sum(line => line.Amount);
        if (rounding != 0)
            lines.Add(new CostLine(CostLineNames.Rounding, 1, rounding, rounding));
        return new CostBreakdown(lines, currency, _isUnknown);
    }
}
