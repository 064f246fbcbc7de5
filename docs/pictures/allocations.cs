// Draws what each project of a ledger has spent, and its part of a shared cost divided by three methods: dotnet run --file docs/pictures/allocations.cs day.db docs/pictures/allocations.svg
// The ledger is that of the console sample's day: dotnet run --project samples/BudgetFirewall.Sample.Console -- --ledger day.db --speed 3600
#:project ../../src/BudgetFirewall.Ledger.Sqlite/BudgetFirewall.Ledger.Sqlite.csproj
#:property PublishAot=false
#:property NoWarn=CA2007

using System.Globalization;
using System.Text;
using BudgetFirewall;

var day = new DateTimeOffset(2026, 3, 10, 0, 0, 0, TimeSpan.Zero);
await using var ledger = SqliteLedger.Open($"Data Source={args[0]}");
var spent = (await ledger.ReportAsync(new() { From = day, To = day.AddDays(1), GroupBy = ["project"] })).Rows.Where(row => row.Names[0] is not null).ToDictionary(row => row.Names[0]!, row => row.Amount);
var picture = new Picture(spent.Count);
foreach (var (method, unit, title) in new[] { (AllocationMethod.Even, null, "evenly"), (AllocationMethod.ByCost, null, "by cost"), (AllocationMethod.ByUsage, "request", "by requests") })
{
    var id = $"picture {title}";
    var made = await ledger.AllocateAsync(new()
    {
        Id = id, Source = "vector database", Amount = 3m, From = day, To = day.AddDays(1), Method = method, Unit = unit, Each = "project",
    });
    picture.Add(title, made.Shares.Select(share => (share.Scope.Id, spent[share.Scope.Id], share.Amount)));
    Console.WriteLine($"{title}: {string.Join(", ", made.Shares.Select(share => $"{share.Scope.Id} {share.Amount.ToString(CultureInfo.InvariantCulture)}"))}");
    await ledger.TakeBackAllocationAsync(id);
}
Console.WriteLine($"spent: {string.Join(", ", spent.Select(pair => $"{pair.Key} {pair.Value.ToString(CultureInfo.InvariantCulture)}"))}");
await File.WriteAllTextAsync(args[1], picture.ToString());

/// <summary>Bars for each project, by method: what was spent, and beside it the part of the shared cost.</summary>
internal sealed class Picture(int projects)
{
    private const int Left = 120;
    private const int Width = 520;
    private const int Row = 22;

    private readonly List<(string Title, (string Project, decimal Spent, decimal Part)[] Bars)> _groups = [];

    public void Add(string title, IEnumerable<(string Project, decimal Spent, decimal Part)> bars) => _groups.Add((title, [.. bars]));

    public override string ToString()
    {
        var largest = _groups.SelectMany(group => group.Bars).Max(bar => bar.Spent + bar.Part);
        var height = 34 + (_groups.Count * ((projects * Row) + 34));
        var text = new StringBuilder(Invariant($"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Left + Width + 130} {height}" font-family="sans-serif" font-size="12">
            <style>
            text {"{"} fill: #333 {"}"} .title {"{"} font-weight: bold {"}"} .name {"{"} text-anchor: end {"}"} .spent {"{"} fill: #0969da {"}"} .part {"{"} fill: #bf8700 {"}"}
            @media (prefers-color-scheme: dark) {"{"} text {"{"} fill: #ddd {"}"} .spent {"{"} fill: #58a6ff {"}"} .part {"{"} fill: #d29922 {"}"} {"}"}
            </style>
            <rect x="{Left}" y="8" width="12" height="12" class="spent"/><text x="{Left + 18}" y="18">spent</text>
            <rect x="{Left + 80}" y="8" width="12" height="12" class="part"/><text x="{Left + 98}" y="18">allocated</text>

            """));
        var y = 34;
        foreach (var (title, bars) in _groups)
        {
            text.AppendLine(Invariant($"""<text x="8" y="{y + 14}" class="title">{title}</text>"""));
            y += 22;
            foreach (var (project, spent, part) in bars)
            {
                var (first, second) = (decimal.Round(spent / largest * Width, 1), decimal.Round(part / largest * Width, 1));
                text.AppendLine(Invariant($"""<text x="{Left - 8}" y="{y + 13}" class="name">{project}</text>"""));
                text.AppendLine(Invariant($"""<rect x="{Left}" y="{y}" width="{first}" height="16" class="spent"/><rect x="{Left + first}" y="{y}" width="{second}" height="16" class="part"/>"""));
                text.AppendLine(Invariant($"""<text x="{Left + first + second + 6}" y="{y + 13}">{decimal.Round(spent, 2)} + {decimal.Round(part, 2)}</text>"""));
                y += Row;
            }
            y += 12;
        }
        return text.AppendLine("</svg>").ToString();
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
