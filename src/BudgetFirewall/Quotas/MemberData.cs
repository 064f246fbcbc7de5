using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>A member of a pool as JSON.</summary>
internal sealed class MemberData
{
    [JsonPropertyName("s")]
    public string Scope { get; set; } = "";

    [JsonPropertyName("w")]
    public decimal Weight { get; set; } = 1m;

    [JsonPropertyName("p")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Priority { get; set; }

    [JsonPropertyName("n")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public decimal Minimum { get; set; }

    [JsonPropertyName("m")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? Maximum { get; set; }

    public static MemberData Of(QuotaMember member) => new()
    {
        Scope = member.Scope.ToString(),
        Weight = member.Weight,
        Priority = member.Priority,
        Minimum = member.Minimum,
        Maximum = member.Maximum,
    };

    public QuotaMember ToMember() => new() { Scope = BudgetScope.Parse(Scope), Weight = Weight, Priority = Priority, Minimum = Minimum, Maximum = Maximum };
}
