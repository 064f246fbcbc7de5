namespace BudgetFirewall.Policy.Tests.Layers;

/// <summary>The order of each package's folders, low to high, as <c>docs/architecture.md</c> gives it.</summary>
internal static class LayerOrder
{
    private const string Heading = "## Layers";

    /// <summary>The folders by package; a dot is the package's own folder, which is the empty text here.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> OfPackages { get; } = Read(File.ReadAllLines(Repository.At("docs", "architecture.md")));

    private static Dictionary<string, IReadOnlyList<string>> Read(string[] page) => page
        .SkipWhile(line => line != Heading).SkipWhile(line => line != "```text").Skip(1).TakeWhile(line => line != "```")
        .Select(line => line.Split(':', 2))
        .ToDictionary(
            parts => parts[0].Trim(),
            parts => (IReadOnlyList<string>)[.. parts[1].Split('<', StringSplitOptions.TrimEntries).Select(folder => folder == "." ? "" : folder)]);
}
