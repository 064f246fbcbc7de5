using System.Collections.Frozen;

namespace BudgetFirewall;

/// <summary>
/// Priced models by name. A request's model is found under its provider's prefix, under its own name, or, where it bears its provider's prefix, without it: the longest name first.
/// Names compare ordinally. Thread-safe.
/// </summary>
internal sealed class ModelNames
{
    private const char Separator = '/';

    private readonly FrozenDictionary<string, PricedModel> _models;
    private readonly bool _hasPrefixes;

    public ModelNames(IEnumerable<KeyValuePair<string, PricedModel>> models)
    {
        _models = models.ToFrozenDictionary(StringComparer.Ordinal);
        _hasPrefixes = _models.Keys.Any(name => name.Contains(Separator, StringComparison.Ordinal));
    }

    public bool IsEmpty => _models.Count == 0;

    /// <summary>All names that models are known by.</summary>
    public IEnumerable<string> All => _models.Keys;

    public PricedModel? Find(string? provider, string model)
    {
        if (provider is null)
            return _models.GetValueOrDefault(model);
        var isPrefixed = model.Length > provider.Length + 1 && model[provider.Length] == Separator && model.StartsWith(provider, StringComparison.Ordinal);
        return (_hasPrefixes ? FindPrefixed(provider, model) : null)
            ?? _models.GetValueOrDefault(model)
            ?? (isPrefixed ? FindPart(model.AsSpan(provider.Length + 1)) : null);
    }

    private PricedModel? FindPrefixed(string provider, string model)
    {
        Span<char> name = stackalloc char[(2 * Identifier.MaxLength) + 1];
        provider.CopyTo(name);
        name[provider.Length] = Separator;
        model.CopyTo(name[(provider.Length + 1)..]);
        return FindPart(name[..(provider.Length + 1 + model.Length)]);
    }

    private PricedModel? FindPart(ReadOnlySpan<char> name) =>
        _models.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var model) ? model : null;
}
