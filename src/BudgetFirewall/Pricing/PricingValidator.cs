namespace BudgetFirewall;

/// <summary>Finds all errors in prices, each with its configuration path and the value found.</summary>
internal static class PricingValidator
{
    public static void Validate(PricingOptions pricing, string path, List<string> errors)
    {
        if (pricing.DefaultCostPerRequest is { } defaultCost)
            CheckAmount(defaultCost, $"{path}:{nameof(pricing.DefaultCostPerRequest)}", errors);
        CheckAmounts(pricing.Providers, $"{path}:{nameof(pricing.Providers)}", errors);
        CheckAmounts(pricing.Operations, $"{path}:{nameof(pricing.Operations)}", errors);
        CheckAmounts(pricing.Units, $"{path}:{nameof(pricing.Units)}", errors);
        CheckModels(pricing.Models, $"{path}:{nameof(pricing.Models)}", errors);
        CheckAliasNames(pricing.Aliases, $"{path}:{nameof(pricing.Aliases)}", errors);
        if (!Enum.IsDefined(pricing.UnknownModels))
            errors.Add($"{path}:{nameof(pricing.UnknownModels)} must be one of Refuse, UseDefaultCost but is '{pricing.UnknownModels}'");
        if (!Enum.IsDefined(pricing.UnknownProviders))
            errors.Add($"{path}:{nameof(pricing.UnknownProviders)} must be one of Refuse, Free but is '{pricing.UnknownProviders}'");
    }

    /// <summary>
    /// Finds aliases of models without a price, and aliases whose own name has a price. An alias and its model may come from different configurations.
    /// </summary>
    public static void ValidateAliases(PricingOptions pricing, string path, List<string> errors)
    {
        foreach (var (alias, model) in pricing.Aliases)
        {
            if (pricing.Models.ContainsKey(alias))
                errors.Add($"{path}:{nameof(pricing.Aliases)}:{alias} has a price in {nameof(pricing.Models)}, so it cannot be another name of {OptionError.Quote(model)}");
            else if (!IsPriced(pricing, model))
                errors.Add($"{path}:{nameof(pricing.Aliases)}:{alias} must be the name of a model with a price but is {OptionError.Quote(model)}");
        }
    }

    private static bool IsPriced(PricingOptions pricing, string? model) =>
        model is not null && (pricing.Models.ContainsKey(model) || pricing.Book?.Names.Find(provider: null, model) is not null);

    private static void CheckAmounts(IDictionary<string, decimal> amounts, string path, List<string> errors)
    {
        foreach (var (name, amount) in amounts)
        {
            CheckName(name, path, errors);
            CheckAmount(amount, $"{path}:{name}", errors);
        }
    }

    // The prices of a model check themselves when they are set.
    private static void CheckModels(IDictionary<string, ModelPrice> models, string path, List<string> errors)
    {
        foreach (var (name, price) in models)
        {
            CheckName(name, path, errors);
            OptionError.Try(errors, $"{path}:{name}", price, () => ArgumentNullException.ThrowIfNull(price));
        }
    }

    private static void CheckAliasNames(IDictionary<string, string> aliases, string path, List<string> errors)
    {
        foreach (var (alias, model) in aliases)
        {
            CheckName(alias, path, errors);
            OptionError.Try(errors, $"{path}:{alias}", model, () => Identifier.Check(model, "name"));
        }
    }

    private static void CheckAmount(decimal amount, string path, List<string> errors) =>
        OptionError.Try(errors, path, amount, () => Money.CheckRange(amount, path));

    private static void CheckName(string name, string path, List<string> errors) =>
        OptionError.Try(errors, $"A name in {path}", name, () => Identifier.Check(name, "name"));
}
