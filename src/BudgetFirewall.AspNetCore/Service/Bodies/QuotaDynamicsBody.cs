using System.ComponentModel;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>The rule of dynamic shares as JSON.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
[Description("How shares follow what members used in past periods.")]
internal sealed class QuotaDynamicsBody
{
    [Description("The part of its share by weight that a member gets however little it used, 0 to 1; absent: 0.1.")]
    public decimal? Floor { get; init; }

    [Description("The part of the pool that a member gets at most, above 0 up to 1; absent: 1.")]
    public decimal? Ceiling { get; init; }

    [Description("The weight of the last period against those before it, above 0 up to 1; absent: 0.5.")]
    public decimal? Smoothing { get; init; }

    public QuotaDynamics ToDynamics() => FieldException.Naming("dynamics", () =>
    {
        var usual = new QuotaDynamics();
        return new QuotaDynamics { Floor = Floor ?? usual.Floor, Ceiling = Ceiling ?? usual.Ceiling, Smoothing = Smoothing ?? usual.Smoothing };
    });
}
