// Puts measured figures into the table of a page: dotnet run --file .ci/reliability-table.cs FIGURES PAGE
// FIGURES has a line of JSON for each run of a scenario; the latest counts, one at full numbers before any in small, which is marked. Rows without a figure stay as they are.
#:property PublishAot=false

using System.Text.Json;

var latest = new Dictionary<int, List<(string Text, string Date, string Seed)>>();
var all = File.ReadLines(args[0]).Select(line => JsonDocument.Parse(line).RootElement).ToList();
var full = all.Where(IsFull).Select(RowOf).ToHashSet();
foreach (var figure in all.Where(figure => IsFull(figure) || !full.Contains(RowOf(figure))))
{
    var row = RowOf(figure);
    if (!latest.TryGetValue(row, out var figures))
        latest[row] = figures = [];
    // A scenario that runs in several variants reports one figure each, all from one process and so with one seed.
    var seed = figure.GetProperty("seed").ToString();
    figures.RemoveAll(other => other.Seed != seed);
    var size = IsFull(figure) || figures.Count > 0 ? "" : "in small: ";
    figures.Add((size + figure.GetProperty("figure").GetString()!, figure.GetProperty("date").GetString()!, seed));
}

var page = File.ReadAllLines(args[1]);
for (var i = 0; i < page.Length; i++)
{
    var cells = page[i].Split(" | ");
    if (cells.Length < 4 || !int.TryParse(cells[0].TrimStart('|', ' '), out var row) || !latest.TryGetValue(row, out var figures))
        continue;
    page[i] = string.Join(" | ", cells[..3]) + $" | {string.Join("; ", figures.Select(figure => figure.Text))} | {figures[^1].Date} |";
}
File.WriteAllLines(args[1], page);

static bool IsFull(JsonElement figure) => figure.GetProperty("isFull").GetBoolean();

static int RowOf(JsonElement figure) => figure.GetProperty("row").GetInt32();
