using System.Globalization;

namespace BudgetFirewall;

/// <summary>Amounts as answers show them: exact decimals in text, without trailing zeros.</summary>
internal static class Amounts
{
    public static string Text(decimal amount) => (amount / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);

    /// <summary>Whole seconds, rounded up, so that a caller who waits that long has waited long enough.</summary>
    public static long CeilingSeconds(TimeSpan time) =>
        time <= TimeSpan.Zero ? 0 : ((time.Ticks - 1) / TimeSpan.TicksPerSecond) + 1;

    public static decimal Seconds(TimeSpan time) => (decimal)time.Ticks / TimeSpan.TicksPerSecond;
}
