using System.Diagnostics;

namespace BudgetFirewall.Conformance;

/// <summary>Waits, in short steps and not for ever, for what happens in the background.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>True once the condition holds; false when it still does not after a minute.</summary>
    public static async Task<bool> HoldsAsync(Func<ValueTask<bool>> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > Patience)
                return false;
            await Task.Delay(5);
        }
        return true;
    }

    public static Task<bool> HoldsAsync(Func<bool> condition) => HoldsAsync(() => ValueTask.FromResult(condition()));
}
