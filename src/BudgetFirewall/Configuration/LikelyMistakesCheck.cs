namespace BudgetFirewall;

/// <summary>
/// Finds names and values in options that are valid and probably not what was meant, since they are nearly what the library knows: a limit on the kind
/// <c>users</c> limits nothing unless requests have a dimension of that name.
/// </summary>
internal static class LikelyMistakesCheck
{
    // Above this number of times its limit a budget is hardly watched, and percents are whole numbers.
    private const decimal LeastPercent = 5m;
    private const string EachKind = "each";

    private static readonly string[] Kinds = [ScopeKinds.Global, ScopeKinds.Provider, ScopeKinds.Project, ScopeKinds.User, ScopeKinds.Model];

    private static readonly string[] Units =
    [
        UsageUnits.Request, UsageUnits.Kilobytes, UsageUnits.Megabytes, UsageUnits.InputTokens, UsageUnits.CachedInputTokens, UsageUnits.OutputTokens,
        UsageUnits.ReasoningTokens, UsageUnits.TotalTokens, UsageUnits.Image,
    ];

    private static readonly Dictionary<string, string> OtherNamesOfUnits = new(StringComparer.OrdinalIgnoreCase)
    {
        ["token"] = UsageUnits.TotalTokens, ["tokens"] = UsageUnits.TotalTokens, ["prompt_tokens"] = UsageUnits.InputTokens, ["completion_tokens"] = UsageUnits.OutputTokens,
        ["kilobytes"] = UsageUnits.Kilobytes, ["megabytes"] = UsageUnits.Megabytes,
    };

    /// <summary>The mistakes, each in a sentence that names its path and no id; the same name is reported once.</summary>
    public static IReadOnlyList<string> Find(BudgetFirewallOptions options)
    {
        var mistakes = new List<string>();
        var limits = Limits(options).ToList();
        CheckKinds(options, limits, mistakes);
        CheckUnits(options, limits, mistakes);
        CheckWarnings(options, mistakes);
        CheckNames("provider", limits.SelectMany(limit => limit.Providers.Select(name => (name, limit.Path))), PricedProviders(options.Pricing), mistakes);
        CheckNames("model", limits.SelectMany(limit => limit.Models.Select(name => (name, limit.Path))), PricedModels(options.Pricing), mistakes);
        return mistakes;
    }

    private static IEnumerable<Limit> Limits(BudgetFirewallOptions options)
    {
        for (var i = 0; i < options.Budgets.Count; i++)
        {
            if (options.Budgets[i] is { } budget)
                yield return new(LimitsCheck.PathOf(options, budget, nameof(options.Budgets), i), budget.Scope, budget.Unit, budget.Filter);
        }
        for (var i = 0; i < options.RateLimits.Count; i++)
        {
            if (options.RateLimits[i] is { } limit)
                yield return new(LimitsCheck.PathOf(options, limit, nameof(options.RateLimits), i), limit.Scope, limit.Unit, limit.Filter);
        }
    }

    private static void CheckKinds(BudgetFirewallOptions options, List<Limit> limits, List<string> mistakes)
    {
        var kinds = limits.Select(limit => (Name: limit.Scope.Kind, limit.Path))
            .Concat(limits.SelectMany(limit => limit.Filter.Dimensions.Keys.Select(kind => (Name: kind, Path: $"{limit.Path}:{nameof(Budget.Dimensions)}"))));
        if (options.PartitionBy is { } partitionBy)
            kinds = kinds.Append((partitionBy, nameof(options.PartitionBy)));
        foreach (var (kind, path) in kinds.DistinctBy(kind => kind.Name, StringComparer.Ordinal))
        {
            if (kind == EachKind)
                mistakes.Add($"{path} is about one id of the kind '{EachKind}'; every id of a kind is 'each:user', with a colon");
            else if (NearestName.Of(kind, Kinds) is { } near)
                mistakes.Add($"{path} is about the kind '{DisplayText.Escape(kind)}', which only requests that name it in their Dimensions belong to; did you mean '{near}'?");
        }
    }

    private static void CheckUnits(BudgetFirewallOptions options, List<Limit> limits, List<string> mistakes)
    {
        string[] priced = [.. options.Pricing.Units.Keys];
        var units = limits.Where(limit => limit.Unit is not null).Select(limit => (Name: limit.Unit!, limit.Path))
            .Concat(priced.Select(unit => (Name: unit, Path: $"{nameof(options.Pricing)}:{nameof(options.Pricing.Units)}")));
        foreach (var (unit, path) in units.DistinctBy(unit => unit.Name, StringComparer.Ordinal))
        {
            var near = OtherNamesOfUnits.TryGetValue(unit, out var other) ? other : NearestName.Of(unit, Units);
            near ??= Array.IndexOf(Units, unit) >= 0 ? null : NearestName.Of(unit, priced);
            if (near is not null)
                mistakes.Add($"{path} counts the unit '{DisplayText.Escape(unit)}', which only calls that name it in their usage's Units have; did you mean '{DisplayText.Escape(near)}'?");
        }
    }

    private static void CheckWarnings(BudgetFirewallOptions options, List<string> mistakes)
    {
        for (var i = 0; i < options.Budgets.Count; i++)
        {
            if (options.Budgets[i] is not { WarnAt: [.., >= LeastPercent and var most] } budget || most != decimal.Truncate(most))
                continue;
            var percent = (most * 100m).ToString("0", System.Globalization.CultureInfo.InvariantCulture);
            var meant = (most / 100m).ToString(System.Globalization.CultureInfo.InvariantCulture);
            mistakes.Add($"{LimitsCheck.PathOf(options, budget, nameof(options.Budgets), i)}:{nameof(budget.WarnAt)} warns at {percent} % of the limit; did you mean {meant}?");
            // One is enough to show the mistake, which is usually made everywhere.
            return;
        }
    }

    /// <summary>Reports names that differ from a priced name by case only. Other names may well be meant.</summary>
    private static void CheckNames(string what, IEnumerable<(string Name, string Path)> names, IEnumerable<string> priced, List<string> mistakes)
    {
        (string Name, string Path)[] distinct = [.. names.DistinctBy(name => name.Name, StringComparer.Ordinal)];
        if (distinct.Length == 0)
            return;
        var exact = priced.ToHashSet(StringComparer.Ordinal);
        var inAnyCase = exact.ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, path) in distinct)
        {
            if (!exact.Contains(name) && inAnyCase.TryGetValue(name, out var known))
                mistakes.Add($"{path} names the {what} '{DisplayText.Escape(name)}' and the prices name '{DisplayText.Escape(known)}': names are the same only in the same case");
        }
    }

    private static IEnumerable<string> PricedProviders(PricingOptions pricing) =>
        pricing.Providers.Keys.Concat(PricedModels(pricing).Select(ProviderNames.SellerOf).OfType<string>());

    private static IEnumerable<string> PricedModels(PricingOptions pricing) => pricing.Models.Keys.Concat(pricing.Aliases.Keys).Concat(pricing.Book?.Names.All ?? []);

    private readonly record struct Limit(string Path, BudgetScope Scope, string? Unit, RequestFilter Filter)
    {
        public IEnumerable<string> Providers => WithScope(ScopeKinds.Provider, Filter.Providers);

        public IEnumerable<string> Models => WithScope(ScopeKinds.Model, Filter.Models);

        private IEnumerable<string> WithScope(string kind, IReadOnlyList<string> names) => Scope.Kind == kind && !Scope.IsEach ? names.Append(Scope.Id) : names;
    }
}
