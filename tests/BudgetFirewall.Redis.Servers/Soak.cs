namespace BudgetFirewall.Redis.Servers;

/// <summary>How much a test does: little by default, all of it with BUDGETFIREWALL_SOAK=1.</summary>
public static class Soak
{
    public static bool IsWanted { get; } = Environment.GetEnvironmentVariable("BUDGETFIREWALL_SOAK") == "1";

    public static int Times(int usual, int soak) => IsWanted ? soak : usual;

    public static TimeSpan Seconds(int usual, int soak) => TimeSpan.FromSeconds(Times(usual, soak));

    /// <summary>A bound on time: exact at full numbers, which have the machine to themselves, and wider where others may work beside.</summary>
    public static TimeSpan Bound(TimeSpan exact) => IsWanted ? exact : (exact * 4) + TimeSpan.FromSeconds(2);
}
