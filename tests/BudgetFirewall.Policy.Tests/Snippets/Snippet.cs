namespace BudgetFirewall.Policy.Tests.Snippets;

/// <summary>A code block of a page.</summary>
/// <param name="Page">The page's path.</param>
/// <param name="Line">The line of the block's fence.</param>
/// <param name="Info">What stands behind the fence, as <c>csharp no-run</c>.</param>
/// <param name="Code">What stands in the block.</param>
/// <param name="Output">What the page says that the block prints: a text block directly below it, with at most one line between; null for none.</param>
internal sealed record Snippet(string Page, int Line, string Info, string Code, string? Output)
{
    private const string Fence = "```";

    public override string ToString() => $"{Page}({Line})";

    /// <summary>Every block of the README and the pages of docs.</summary>
    public static IReadOnlyList<Snippet> OfAllPages() =>
        [.. Repository.Files("docs", "*.md").Prepend("README.md").SelectMany(page => OfPage(page, File.ReadAllLines(Repository.At(page))))];

    private static List<Snippet> OfPage(string page, string[] lines)
    {
        var snippets = new List<Snippet>();
        for (var start = 0; start < lines.Length; start++)
        {
            if (!lines[start].StartsWith(Fence, StringComparison.Ordinal))
                continue;
            var end = Array.IndexOf(lines, Fence, start + 1);
            if (end < 0)
                throw new InvalidDataException($"{page}({start + 1}): the block has no end.");
            snippets.Add(new(page, start + 1, lines[start][Fence.Length..], string.Join('\n', lines[(start + 1)..end]), OutputBelow(lines, end + 1)));
            start = end;
        }
        return snippets;
    }

    private static string? OutputBelow(string[] lines, int from)
    {
        var texts = 0;
        for (var i = from; i < lines.Length && texts <= 1; i++)
        {
            if (lines[i] == Fence + "text")
                return string.Join('\n', lines[(i + 1)..Array.IndexOf(lines, Fence, i + 1)]);
            if (lines[i].StartsWith(Fence, StringComparison.Ordinal) || lines[i].StartsWith('#'))
                return null;
            texts += lines[i].Length > 0 ? 1 : 0;
        }
        return null;
    }
}
