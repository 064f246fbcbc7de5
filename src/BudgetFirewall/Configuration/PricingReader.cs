namespace BudgetFirewall;

/// <summary>
/// Reads prices from configuration. They are read separately and then taken over as a whole, so that an error names the path where the price was given.
/// </summary>
internal static class PricingReader
{
    private const string PriceFileKey = "PriceFile";

    public static void Read(SectionReader section, PricingOptions pricing)
    {
        var before = section.Errors.Count;
        var read = new PricingOptions();
        section.Read(nameof(read.DefaultCostPerRequest), text => read.DefaultCostPerRequest = ConfiguredValue.Decimal(text));
        section.Read(nameof(read.UnknownProviders), text => read.UnknownProviders = ConfiguredValue.Name<UnknownProviderPolicy>(text));
        section.Read(nameof(read.UnknownModels), text => read.UnknownModels = ConfiguredValue.Name<UnknownModelPolicy>(text));
        NamedPriceReader.Read(section, nameof(read.Providers), "Price", read.Providers);
        NamedPriceReader.Read(section, nameof(read.Operations), "Multiplier", read.Operations);
        NamedPriceReader.Read(section, nameof(read.Units), "Price", read.Units);
        NamedPriceReader.Read(section, nameof(read.Models), read.Models);
        section.Read(PriceFileKey, text => read.Book = ReadFile(text));
        NamedPriceReader.Read(section, nameof(read.Aliases), "Model", read.Aliases);
        section.Read(nameof(read.DatedNamesFallBack), text => read.DatedNamesFallBack = ConfiguredValue.Boolean(text));
        section.Read(nameof(read.RefuseFreeModels), text => read.RefuseFreeModels = ConfiguredValue.Boolean(text));
        section.RefuseOthers();
        PricingValidator.Validate(read, section.Path, section.Errors);
        if (section.Errors.Count == before)
            TakeOver(section, read, pricing);
    }

    private static void TakeOver(SectionReader section, PricingOptions read, PricingOptions pricing)
    {
        if (section.Has(nameof(read.DefaultCostPerRequest)))
            pricing.DefaultCostPerRequest = read.DefaultCostPerRequest;
        if (section.Has(nameof(read.UnknownProviders)))
            pricing.UnknownProviders = read.UnknownProviders;
        if (section.Has(nameof(read.UnknownModels)))
            pricing.UnknownModels = read.UnknownModels;
        if (section.Has(PriceFileKey))
            pricing.Book = read.Book;
        if (section.Has(nameof(read.DatedNamesFallBack)))
            pricing.DatedNamesFallBack = read.DatedNamesFallBack;
        if (section.Has(nameof(read.RefuseFreeModels)))
            pricing.RefuseFreeModels = read.RefuseFreeModels;
        TakeOver(read.Providers, pricing.Providers);
        TakeOver(read.Operations, pricing.Operations);
        TakeOver(read.Units, pricing.Units);
        TakeOver(read.Models, pricing.Models);
        TakeOver(read.Aliases, pricing.Aliases);
    }

    private static ModelPriceBook ReadFile(string path)
    {
        try
        {
            return ModelPriceBook.FromFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ModelPriceFileException)
        {
            throw new FormatException($"cannot be read ({OptionError.Quote(path)}): {e.Message}", e);
        }
    }

    private static void TakeOver<T>(IDictionary<string, T> read, IDictionary<string, T> prices)
    {
        foreach (var (name, price) in read)
            prices[name] = price;
    }
}
