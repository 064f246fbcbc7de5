namespace BudgetFirewall;

/// <summary>Texts by names in the order of their characters, also where they are read from JSON: by a culture's order, names that look alike would be one.</summary>
internal sealed class OrdinalTexts() : SortedDictionary<string, string>(StringComparer.Ordinal)
{
    public static OrdinalTexts Of(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var texts = new OrdinalTexts();
        foreach (var (name, text) in pairs)
            texts.Add(name, text);
        return texts;
    }
}
