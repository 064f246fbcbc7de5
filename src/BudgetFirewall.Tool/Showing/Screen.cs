using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace BudgetFirewall.Tool;

/// <summary>
/// Where answers go. In a terminal they are tables; in a pipe, lines of cells with tabs between, without colours and never wrapped; with <c>--json</c>, JSON. Names that strangers have chosen are escaped in tables and lines.
/// </summary>
internal sealed class Screen(bool isJson, TextWriter output, TextWriter errors)
{
    private readonly bool _isTerminal = !Console.IsOutputRedirected;

    public bool IsJson => isJson;

    public TextWriter Output => output;

    public void Json<T>(T answer, JsonTypeInfo<T> type) => output.WriteLine(JsonSerializer.Serialize(answer, type));

    /// <summary>A text that is written for programs, as it is.</summary>
    public void Raw(string text) => output.Write(text.EndsWith('\n') ? text : text + "\n");

    public void Line(string text) => output.WriteLine(DisplayText.Escape(text));

    public void Error(string line) => errors.WriteLine(line);

    /// <summary>A table. Numbers stand to the right in a terminal where their heading begins with <c>&gt;</c>.</summary>
    public void Table(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string?>> rows)
    {
        if (_isTerminal)
        {
            AnsiConsole.Write(Drawn(headings, rows));
            return;
        }
        output.WriteLine(string.Join('\t', headings.Select(heading => heading.TrimStart('>'))));
        foreach (var row in rows)
            output.WriteLine(string.Join('\t', row.Select(cell => DisplayText.Escape(cell ?? ""))));
    }

    /// <summary>Runs something that may take long, and shows in a terminal how far it is. Nothing of that goes to the output.</summary>
    /// <param name="label">What is done.</param>
    /// <param name="work">The work, which tells the part that is done, from 0 to 1, where it knows.</param>
    public static Task<T> WhileWorkingAsync<T>(string label, Func<IProgress<double>, Task<T>> work)
    {
        if (Console.IsErrorRedirected)
            return work(new Share(null));
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new SpinnerColumn()).StartAsync(context =>
        {
            var task = context.AddTask(Markup.Escape(label), maxValue: 1);
            task.IsIndeterminate = true;
            return work(new Share(task));
        });
    }

    private static Table Drawn(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string?>> rows)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var heading in headings)
        {
            var column = new TableColumn(new Text(heading.TrimStart('>')));
            table.AddColumn(heading.StartsWith('>') ? column.RightAligned() : column);
        }
        foreach (var row in rows)
            table.AddRow(row.Select(cell => new Text(DisplayText.Escape(cell ?? ""), cell is "exceeded" ? new Style(Color.Red) : cell is "warned" ? new Style(Color.Yellow) : null)));
        return table;
    }

    /// <summary>The bar of one task; none where nobody looks.</summary>
    private sealed class Share(ProgressTask? task) : IProgress<double>
    {
        public void Report(double value)
        {
            if (task is null)
                return;
            task.IsIndeterminate = false;
            task.Value = Math.Clamp(value, 0, 1);
        }
    }
}
