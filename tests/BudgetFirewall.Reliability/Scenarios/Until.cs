using System.Diagnostics;

namespace BudgetFirewall.Reliability;

/// <summary>Waits for what must come, and says how long it took.</summary>
internal static class Until
{
    public static async Task<TimeSpan> TrueAsync(Func<Task<bool>> condition, TimeSpan patience)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > patience)
                throw new TimeoutException($"It did not come true within {patience}.");
            await Task.Delay(10);
        }
        return watch.Elapsed;
    }
}
