using System.Globalization;
using Spectre.Console;

namespace BudgetFirewall.Sample.Drawing;

/// <summary>Amounts and times as text, the same on every machine.</summary>
internal static class Texts
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>The longest name that a terminal shows whole; the middle of a longer one is left out, so that it takes no room from the amounts.</summary>
    public const int LongestName = 32;

    /// <summary>The name of something in a log or a budget, fit for a terminal.</summary>
    public static Text Name(string name, int longest = LongestName) => new(Shortened(DisplayText.Escape(name), longest, "…"));

    /// <summary>As <see cref="Name"/>, in the middle of markup.</summary>
    public static string NameInMarkup(string name) => Markup.Escape(Shortened(DisplayText.Escape(name), LongestName, "…"));

    /// <summary>A text without its middle where it is too long: two ids mostly differ at the beginning or at the end.</summary>
    public static string Shortened(string text, int longest, string gap)
    {
        if (text.Length <= longest)
            return text;
        var end = (longest - gap.Length) / 2;
        return string.Concat(text.AsSpan(0, longest - gap.Length - end), gap, text.AsSpan(text.Length - end));
    }

    /// <summary>A remark on a budget that is at its limit or above it. A soft one refuses nothing, so that nobody would notice otherwise.</summary>
    public static string Mark(BudgetState state) => (state.Spent.CompareTo(state.Limit), state.Enforcement) switch
    {
        ( < 0, _) => "",
        (0, _) => "used up",
        (_, Enforcement.Soft) => "above its soft limit",
        (_, Enforcement.Shadow) => "above its shadow limit",
        (_, Enforcement.Throttle) => "above its limit, where it lets calls wait",
        _ => "above its limit",
    };

    /// <summary>Money to the last nano, as it was charged.</summary>
    public static string Exact(decimal amount) => amount.ToString("#,0.000000000", Culture);

    public static string Rounded(decimal amount) => amount.ToString("#,0.0000", Culture);

    public static string Count(long count) => count.ToString("#,0", Culture);

    public static string Percent(decimal fraction) => (fraction * 100).ToString("0.0", Culture) + " %";

    /// <summary>What a budget has spent to the last nano, or to the last unit.</summary>
    public static string ExactSpent(decimal amount, string? unit) => unit is null ? Exact(amount) : Limit(amount, unit);

    public static string RoundedSpent(decimal amount, string? unit) => unit is null ? Rounded(amount) : Limit(amount, unit);

    public static string Limit(decimal amount, string? unit) => amount.ToString(unit is null ? "#,0.00#######" : "#,0.######", Culture);

    public static string Period(BudgetPeriod period) => period.ToString();

    public static string Time(DateTimeOffset time) => time.ToString("HH:mm:ss", Culture);

    public static string Hour(DateTimeOffset time) => time.ToString("MM-dd HH:mm", Culture);

    public static string Moment(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss", Culture);
}
