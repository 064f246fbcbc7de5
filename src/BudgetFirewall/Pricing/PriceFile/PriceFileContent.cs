namespace BudgetFirewall;

/// <summary>The entries of a price file, each either priced or skipped.</summary>
internal sealed class PriceFileContent
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

    public ModelPriceBook ToBook(string? source, DateTimeOffset? date)
    {
        var entries = _priced.Values.Select(priced => priced.Entry).ToList();
        var import = new ModelPriceImport(
            [.. _priced.Keys], _skipped, [.. entries.SelectMany(entry => entry.Warnings)], [.. entries.SelectMany(entry => entry.IgnoredPrices)],
            [.. _priced.Where(priced => priced.Value.Price.IsFree).Select(priced => priced.Key)]);
        return new(_priced.ToDictionary(priced => priced.Key, priced => priced.Value.Price), Sellers(entries), source, date, import);
    }

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

    private static IEnumerable<KeyValuePair<string, string>> Sellers(IEnumerable<PriceFileEntry> entries) => entries
        .Where(entry => !string.IsNullOrEmpty(entry.Seller) && !entry.Name.StartsWith(entry.Seller + "/", StringComparison.Ordinal))
        .Select(entry => KeyValuePair.Create(entry.Name, entry.Seller!));
}
