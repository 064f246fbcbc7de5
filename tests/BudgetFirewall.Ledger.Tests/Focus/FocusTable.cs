using System.Text;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>A CSV file by RFC 4180, read without the code that writes it. An empty field is null.</summary>
internal sealed class FocusTable
{
    private FocusTable(IReadOnlyList<string> columns, List<Dictionary<string, string?>> rows) => (Columns, Rows) = (columns, rows);

    public IReadOnlyList<string> Columns { get; }

    public List<Dictionary<string, string?>> Rows { get; }

    public static FocusTable Parse(string text)
    {
        var lines = Lines(text).ToList();
        string[] columns = [.. lines[0].Select(name => name ?? "")];
        return new(columns, [.. lines.Skip(1).Select(line =>
        {
            if (line.Count != columns.Length)
                throw new FormatException($"A line has {line.Count} fields, and there are {columns.Length} columns.");
            return columns.Zip(line).ToDictionary(pair => pair.First, pair => pair.Second);
        })]);
    }

    public decimal Sum(string column) => Rows.Sum(row => decimal.Parse(row[column]!, System.Globalization.CultureInfo.InvariantCulture));

    private static IEnumerable<List<string?>> Lines(string text)
    {
        var (line, field, isQuoted, wasQuoted) = (new List<string?>(), new StringBuilder(), false, false);
        for (var at = 0; at < text.Length; at++)
        {
            var next = text[at];
            if (isQuoted)
            {
                if (next != '"')
                    field.Append(next);
                else if (at + 1 < text.Length && text[at + 1] == '"')
                    field.Append(text[++at]);
                else
                    isQuoted = false;
            }
            else if (next == '"' && field.Length == 0)
            {
                (isQuoted, wasQuoted) = (true, true);
            }
            else if (next is ',' or '\r')
            {
                line.Add(field.Length > 0 || wasQuoted ? field.ToString() : null);
                (field, wasQuoted) = (new(), false);
                if (next == '\r')
                {
                    yield return line;
                    (line, at) = ([], text[at + 1] == '\n' ? at + 1 : throw new FormatException("A line ends without a line feed."));
                }
            }
            else
            {
                field.Append(next is '"' or '\n' ? throw new FormatException("A quote or line feed stands outside of quotes.") : next);
            }
        }
        if (line.Count > 0 || field.Length > 0 || isQuoted)
            throw new FormatException("The last line has no end.");
    }
}
