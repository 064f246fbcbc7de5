namespace BudgetFirewall;

/// <summary>
/// The prices that one call of a model pays: those of its service tier and of the length of its prompt, with the prices that these fall back to where they give
/// none.
/// </summary>
internal sealed class ModelRates
{
    private readonly decimal[] _tokens = new decimal[TokenKinds.All.Count];
    private readonly PricedUnit[] _units;
    private readonly bool _chargesTokens;
    private readonly bool _chargesImagesByToken;
    private readonly PricedUnit[] _chargedUnits;

    /// <param name="sets">The sets of prices that apply, the most specific first; the last has a price for all input tokens and for all output tokens.</param>
    /// <param name="chargesTokens">True when the model charges for tokens in any of its tiers.</param>
    /// <param name="chargedUnits">The units that it charges for in any of its tiers and that a usage must give.</param>
    public ModelRates(IReadOnlyList<PriceSet> sets, bool chargesTokens, IEnumerable<string> chargedUnits)
    {
        _chargesTokens = chargesTokens;
        _chargedUnits = [.. chargedUnits.Select(name => new PricedUnit(name, Price: 1))];
        foreach (var kind in TokenKinds.All)
            _tokens[(int)kind] = sets.Select(set => set.Tokens.Get(kind)).FirstOrDefault(price => price is not null) ?? _tokens[(int)kind.Whole()!];
        var units = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var (name, price) in sets.SelectMany(set => set.Units ?? new Dictionary<string, decimal>()))
            units.TryAdd(name, price);
        _units = [.. units.Select(unit => new PricedUnit(unit.Key, unit.Value))];
        _chargesImagesByToken = _tokens[(int)TokenKind.ImageOutput] > _tokens[(int)TokenKind.Output] && !units.ContainsKey(UsageUnits.Image);
    }

    /// <summary>True when a unit has a price of the model's own.</summary>
    public bool HasUnit(string name)
    {
        foreach (var unit in _units)
        {
            if (unit.Name == name)
                return true;
        }
        return false;
    }

    /// <summary>Adds the cost of a usage. The cost becomes unknown when the usage does not give a quantity that the model charges for.</summary>
    public void AddTo(ref CostTally tally, BudgetUsage? usage)
    {
        if (Misses(usage))
            tally.MissUsage(isOfModel: true);
        if (usage is not null)
            AddTokens(ref tally, usage);
        foreach (var unit in _units)
        {
            if (unit.CountsRequests)
                tally.Add(unit.Name, 1, unit.Price);
            else if (usage is not null && usage.TryGetUnit(unit.Name, out var amount))
                tally.Add(unit.Name, amount, unit.Price);
        }
    }

    // A usage that gives tokens but no units has none of the units, such as images. A model that charges only for units needs one of them.
    private bool Misses(BudgetUsage? usage)
    {
        if (usage is null)
            return _chargesTokens || _chargedUnits.Length > 0;
        return _chargesTokens
            ? usage.InputTokens is null && usage.OutputTokens is null
            : _chargedUnits.Length > 0 && !ReportsChargedUnit(usage);
    }

    private bool ReportsChargedUnit(BudgetUsage usage)
    {
        foreach (var unit in _chargedUnits)
        {
            if (unit.Prices(usage))
                return true;
        }
        return false;
    }

    // Each part is subtracted from its whole. Providers do not say how much audio was cached, so the least possible amount is assumed, which costs the most.
    private void AddTokens(ref CostTally tally, BudgetUsage usage)
    {
        var (cached, written, writtenOneHour) = (usage.CachedInputTokens ?? 0, usage.CacheWriteTokens ?? 0, usage.CacheWriteOneHourTokens ?? 0);
        var input = (usage.InputTokens ?? 0) - cached - written - writtenOneHour;
        var audioInput = Math.Min(usage.AudioInputTokens ?? 0, input);
        var imageInput = Math.Min(usage.ImageInputTokens ?? 0, input - audioInput);
        Add(ref tally, TokenKind.Input, input - audioInput - imageInput);
        Add(ref tally, TokenKind.CachedInput, cached);
        Add(ref tally, TokenKind.CacheWrite, written);
        Add(ref tally, TokenKind.CacheWriteOneHour, writtenOneHour);
        Add(ref tally, TokenKind.AudioInput, audioInput);
        Add(ref tally, TokenKind.ImageInput, imageInput);

        var (audioOutput, imageOutput) = (usage.AudioOutputTokens ?? 0, ImageOutputOf(usage));
        var output = (usage.OutputTokens ?? 0) - audioOutput - imageOutput;
        var reasoning = Math.Min(usage.ReasoningTokens ?? 0, output);
        Add(ref tally, TokenKind.Output, output - reasoning);
        Add(ref tally, TokenKind.Reasoning, reasoning);
        Add(ref tally, TokenKind.AudioOutput, audioOutput);
        Add(ref tally, TokenKind.ImageOutput, imageOutput);
    }

    // Of some answers it is only told that there are images in them: all that may be theirs is, which is the dearer reading.
    private long ImageOutputOf(BudgetUsage usage)
    {
        if (usage.ImageOutputTokens is { } given)
            return given;
        return _chargesImagesByToken && usage.TryGetUnit(UsageUnits.Image, out var images) && images > 0
            ? (usage.OutputTokens ?? 0) - (usage.AudioOutputTokens ?? 0) - (usage.ReasoningTokens ?? 0) is var rest and > 0 ? rest : 0
            : 0;
    }

    private void Add(ref CostTally tally, TokenKind kind, long tokens) => tally.Add(kind.LineName(), tokens, _tokens[(int)kind]);
}
