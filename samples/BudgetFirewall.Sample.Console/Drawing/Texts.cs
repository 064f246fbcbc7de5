using System.Globalization;
using Spectre.Console;

namespace BudgetFirewall.Sample.Drawing;

/// <summary>Amounts and times as text, the same on every machine.</summary>
internal static class Texts
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>What a log or a budget is called, fit for a terminal.</summary>
    public static Text Name(string name) => new(DisplayText.Escape(name));

    /// <summary>As <see cref="Name"/>, in the middle of markup.</summary>
    public static string NameInMarkup(string name) => Markup.Escape(DisplayText.Escape(name));

    /// <summary>Money to the last nano, as it was charged.</summary>
    public static string Exact(decimal amount) => amount.ToString("#,0.000000000", Culture);

    public static string Rounded(decimal amount) => amount.ToString("#,0.0000", Culture);

    public static string Count(long count) => count.ToString("#,0", Culture);

    public static string Percent(decimal fraction) => (fraction * 100).ToString("0.0", Culture) + " %";

    /// <summary>What a budget has spent to the last nano, or to the last unit.</summary>
    public static string ExactSpent(decimal amount, string? unit) => unit is null ? Exact(amount) : Limit(amount, unit);

    public static string RoundedSpent(decimal amount, string? unit) => unit is null ? Rounded(amount) : Limit(amount, unit);

    public static string Limit(decimal amount, string? unit) => amount.ToString(unit is null ? "#,0.00#######" : "#,0.######", Culture);

    public static string Period(BudgetPeriod period) => period.ToString().ToLowerInvariant();

    public static string Time(DateTimeOffset time) => time.ToString("HH:mm:ss", Culture);

    public static string Hour(DateTimeOffset time) => time.ToString("MM-dd HH:mm", Culture);

    public static string Moment(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss", Culture);
}
