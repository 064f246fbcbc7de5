namespace BudgetFirewall.Policy.Tests.Surface;

/// <summary>The lines that two texts do not share, each below the last heading before it.</summary>
internal static class TextDiff
{
    public static string Of(string approved, string actual)
    {
        var before = WithHeadings(approved);
        var after = WithHeadings(actual);
        return string.Join('\n', before.Except(after).Select(line => "- " + line).Concat(after.Except(before).Select(line => "+ " + line)));
    }

    private static List<string> WithHeadings(string text)
    {
        var heading = "";
        var lines = new List<string>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var isMember = line.StartsWith(' ');
            heading = isMember ? heading : line;
            lines.Add(isMember ? $"{heading} | {line.Trim()}" : line);
        }
        return lines;
    }
}
