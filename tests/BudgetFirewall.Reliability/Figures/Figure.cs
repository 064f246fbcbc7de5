using System.Globalization;
using System.Text.Json;

namespace BudgetFirewall.Reliability;

/// <summary>Writes down what a scenario has measured: one line of JSON in the file that BUDGETFIREWALL_FIGURES names.</summary>
internal static class Figure
{
    public static void Report(int row, string figure, TimeSpan took, int seed)
    {
        if (Environment.GetEnvironmentVariable("BUDGETFIREWALL_FIGURES") is not { Length: > 0 } path)
            return;
        var line = JsonSerializer.Serialize(new
        {
            row,
            figure,
            seconds = Math.Round(took.TotalSeconds, 1),
            seed,
            isFull = Soak.IsWanted,
            date = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        });
        File.AppendAllText(path, line + "\n");
    }
}
