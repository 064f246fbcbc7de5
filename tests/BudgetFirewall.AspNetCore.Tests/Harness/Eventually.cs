using System.Diagnostics;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Waits for what another thread is about to do, and fails when it does not.</summary>
internal static class Eventually
{
    public static async Task HoldsAsync(Func<Task<bool>> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            (watch.Elapsed < TimeSpan.FromSeconds(60)).Should().BeTrue("It has not come true within 60 seconds.");
            await Task.Delay(10);
        }
    }

    public static Task HoldsAsync(Func<bool> condition) => HoldsAsync(() => Task.FromResult(condition()));
}
