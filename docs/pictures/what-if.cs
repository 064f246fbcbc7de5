// Draws what other limits a day for each user would have refused of the console sample's day: dotnet run --file docs/pictures/what-if.cs day.db docs/pictures/what-if.svg
// The day is recorded by: dotnet run --project samples/BudgetFirewall.Sample.Console -- --ledger day.db
#:project ../../src/BudgetFirewall.Ledger.Sqlite/BudgetFirewall.Ledger.Sqlite.csproj
#:package Microsoft.Extensions.Configuration.Json
#:property PublishAot=false
#:property NoWarn=CA2007

using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using BudgetFirewall;
using Microsoft.Extensions.Configuration;

var settings = new ConfigurationBuilder().AddJsonFile(Settings()).Build().GetSection("BudgetFirewall");
await using var ledger = SqliteLedger.Open($"Data Source={Path.GetFullPath(args[0])}");
var day = new DateTimeOffset(2026, 3, 10, 0, 0, 0, TimeSpan.Zero);
var answers = new List<(decimal Limit, WhatIfReport Report)>();
foreach (var limit in new[] { 1m, 1.5m, 2m, 2.5m, 3m, 3.5m, 4m, 5m, 6m })
    answers.Add((limit, await WhatIf.RunAsync(ledger, new() { From = day, To = day.AddDays(2), Configuration = settings, Configure = options => With(options, limit) })));

Console.WriteLine("| limit | newly refused | their cost | no longer refused | refused by the limit | most for |\n|---|---|---|---|---|---|");
foreach (var (limit, report) in answers)
{
    var users = report.Limits.Single(one => one.Id == "users");
    Console.WriteLine(FormattableString.Invariant($"| ${limit:0.00} | {report.NewlyRefused} | ${report.NewlyRefusedCost:0.00} | {report.NoLongerRefused} | {users.Refused} | {(users.Scopes is [var top, ..] ? $"{top.Scope.Id}: {top.Refused}" : "")} |"));
}
await File.WriteAllTextAsync(args[1], Draw(answers));

static void With(BudgetFirewallOptions options, decimal limit)
{
    // As the sample sets it: a call that would have to wait is refused.
    options.MaxWait = TimeSpan.Zero;
    var old = options.Budgets.Single(budget => budget.Scope == BudgetScope.Each("user") && budget.Unit is null);
    options.Budgets[options.Budgets.IndexOf(old)] = old with { Id = "users", Limit = limit };
}

static string Settings([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "samples", "BudgetFirewall.Sample.Console", "appsettings.json");

static string Draw(List<(decimal Limit, WhatIfReport Report)> answers)
{
    const int left = 90, top = 50, width = 460, bar = 18, gap = 10;
    var most = Math.Max(1, answers.Max(answer => Math.Max(answer.Report.NewlyRefused, answer.Report.NoLongerRefused)));
    var height = top + (answers.Count * (bar + gap)) + 20;
    var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 130} {height}" font-family="sans-serif" font-size="13">
        <rect width="100%" height="100%" fill="#ffffff"/>
        <text x="16" y="26" fill="#333333">calls of the day that another limit for each user would refuse (red), or allow that were refused (green)</text>

        """));
    foreach (var (i, (limit, report)) in answers.Index())
    {
        var y = top + (i * (bar + gap));
        var (red, green) = (width * report.NewlyRefused / most, width * report.NoLongerRefused / most);
        text.Append(CultureInfo.InvariantCulture, $"<text x=\"{left - 12}\" y=\"{y + 14}\" text-anchor=\"end\" fill=\"#333333\">${limit:0.00}</text>\n");
        text.Append(CultureInfo.InvariantCulture, $"<rect x=\"{left}\" y=\"{y}\" width=\"{red}\" height=\"{bar}\" fill=\"#c0392b\"/>\n");
        text.Append(CultureInfo.InvariantCulture, $"<rect x=\"{left + red}\" y=\"{y}\" width=\"{green}\" height=\"{bar}\" fill=\"#27864f\"/>\n");
        text.Append(CultureInfo.InvariantCulture, $"<text x=\"{left + red + green + 8}\" y=\"{y + 14}\" fill=\"#333333\">{Words(report)}</text>\n");
    }
    return text.Append("</svg>\n").ToString();
}

static string Words(WhatIfReport report) => (report.NewlyRefused, report.NoLongerRefused) switch
{
    (0, 0) => "as it was",
    (var refused, 0) => FormattableString.Invariant($"{refused} (${report.NewlyRefusedCost:0.00})"),
    (0, var allowed) => $"{allowed} allowed",
    var (refused, allowed) => $"{refused} and {allowed} allowed",
};
