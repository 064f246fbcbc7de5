namespace BudgetFirewall.Sample.Drawing;

/// <summary>A table in columns that line up. Cells are escaped: a log names whom it likes.</summary>
internal static class PlainTable
{
    /// <param name="headings">The headings; a column whose heading starts with &gt; lines up to the right.</param>
    /// <param name="rows">The cells, as many in each row as there are headings.</param>
    /// <param name="longest">The longest text that is shown whole.</param>
    public static IEnumerable<string> Lines(string[] headings, IReadOnlyList<string[]> rows, int longest)
    {
        if (rows.Count == 0)
            return ["none"];
        rows = [.. rows.Select(row => Array.ConvertAll(row, text => Texts.Shortened(DisplayText.Escape(text), longest, "...")))];
        string[] names = [.. headings.Select(heading => heading.TrimStart('>'))];
        var widths = names.Select((name, i) => rows.Max(row => row[i].Length) is var widest && widest > name.Length ? widest : name.Length).ToArray();
        return rows.Prepend(names).Select(row => string.Join("  ", row.Select(Cell)).TrimEnd());

        string Cell(string text, int column) => headings[column].StartsWith('>') ? text.PadLeft(widths[column]) : text.PadRight(widths[column]);
    }
}
