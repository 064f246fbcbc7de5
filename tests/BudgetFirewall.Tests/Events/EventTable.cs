using System.Text.RegularExpressions;

namespace BudgetFirewall.Tests.Events;

/// <summary>The table of types in <c>docs/events.md</c>.</summary>
internal static partial class EventTable
{
    /// <summary>The rows by their types: severity, and members with a question mark behind those that may be missing.</summary>
    public static IReadOnlyDictionary<string, (string Severity, IReadOnlyList<string> Members)> Rows { get; } = Read().ToDictionary(row => row.Type, row => (row.Severity, row.Members));

    private static IEnumerable<(string Type, string Severity, IReadOnlyList<string> Members)> Read() =>
        from line in File.ReadLines(Path.Combine(Root(), "docs", "events.md"))
        where line.StartsWith("| `budgetfirewall.", StringComparison.Ordinal)
        let cells = line.Split('|', StringSplitOptions.TrimEntries)
        select (cells[1].Trim('`'), cells[3], (IReadOnlyList<string>)[.. Member.Matches(cells[4]).Select(member => member.Groups[1].Value + member.Groups[2].Value)]);

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "BudgetFirewall.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run inside the repository.");
        return folder.FullName;
    }

    [GeneratedRegex(@"`(\w+)`(\??)")]
    private static partial Regex Member { get; }
}
