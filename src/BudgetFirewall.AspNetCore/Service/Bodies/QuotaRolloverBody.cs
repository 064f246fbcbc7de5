using System.ComponentModel;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>The rollover of a pool as JSON.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
[Description("The part of what a member has not used that it may use in the next period too.")]
internal sealed class QuotaRolloverBody
{
    [Description("The part, 0 to 1; absent: 1.")]
    public decimal? Fraction { get; init; }

    [Description("The most for one member; absent: the limit that it had.")]
    public decimal? Cap { get; init; }

    public QuotaRollover ToRollover() => FieldException.Naming("rollover", () => new QuotaRollover { Fraction = Fraction ?? 1m, Cap = Cap });
}
