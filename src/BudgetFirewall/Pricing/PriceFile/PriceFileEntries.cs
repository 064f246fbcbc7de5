namespace BudgetFirewall;

/// <summary>The entries of a price file, each either priced or skipped.</summary>
internal sealed class PriceFileEntries
{
    private const string SampleEntry = "sample_spec";

    private readonly Dictionary<string, (ModelPrice Price, PriceFileEntry Entry)> _priced = new(StringComparer.Ordinal);
    private readonly List<ModelPriceNote> _skipped = [];

    public void Add(PriceFileEntry entry)
    {
        // Of two entries of one name the later counts, as JSON readers have it; whatever it is, the earlier one is out of force.
        if (_priced.Remove(entry.Name))
            _skipped.Add(new(entry.Name, null, "the name is given again further down"));
        if (entry.Name == SampleEntry)
            _skipped.Add(new(entry.Name, null, "it is the sample of an entry"));
        else if (PriceOf(entry) is { } price)
            AddPriced(entry, price);
    }

    /// <summary>The prices by name.</summary>
    public IReadOnlyDictionary<string, ModelPrice> Prices() => _priced.ToDictionary(priced => priced.Key, priced => priced.Value.Price);

    /// <summary>The seller of each entry that names one beside its name.</summary>
    public IEnumerable<KeyValuePair<string, string>> Sellers() => Entries
        .Where(entry => !string.IsNullOrEmpty(entry.Seller) && !entry.Name.StartsWith(entry.Seller + "/", StringComparison.Ordinal))
        .Select(entry => KeyValuePair.Create(entry.Name, entry.Seller!));

    /// <summary>The result of reading each entry.</summary>
    public ModelPriceImport Import() => new(
        [.. _priced.Keys], _skipped, [.. Entries.SelectMany(entry => entry.Warnings)], [.. Entries.SelectMany(entry => entry.IgnoredPrices)],
        [.. _priced.Where(priced => priced.Value.Price.IsFree).Select(priced => priced.Key)]);

    private IEnumerable<PriceFileEntry> Entries => _priced.Values.Select(priced => priced.Entry);

    private ModelPrice? PriceOf(PriceFileEntry entry)
    {
        var problem = entry.Problem;
        try
        {
            if (problem is null)
                return PriceFileModel.Of(entry);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            problem = e.Message;
        }
        _skipped.Add(new(entry.Name, null, problem));
        return null;
    }

    private void AddPriced(PriceFileEntry entry, ModelPrice price)
    {
        if (!entry.Sets.Values.Concat(entry.Ranges?.Select(range => range.Prices) ?? []).Any(set => set.ChargesAnything))
            entry.Warnings.Add(new(entry.Name, null, "costs nothing: every price is 0"));
        _priced.Add(entry.Name, (price, entry));
    }
}
