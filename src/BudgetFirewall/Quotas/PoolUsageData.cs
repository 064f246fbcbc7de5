using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>What members of a pool have had and used in a period, as a ledger has it in JSON. Amounts are strings.</summary>
[JsonNumberHandling(JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString)]
internal sealed class PoolUsageData
{
    public required DateTimeOffset Start { get; init; }

    public required DateTimeOffset End { get; init; }

    public required decimal Limit { get; init; }

    public string? Unit { get; init; }

    public required bool IsKnown { get; init; }

    /// <summary>The number of the pool's members; those of a part are some of them.</summary>
    [JsonNumberHandling(JsonNumberHandling.Strict)]
    public required int MemberCount { get; init; }

    public required MemberUsageData[] Members { get; init; }
}
