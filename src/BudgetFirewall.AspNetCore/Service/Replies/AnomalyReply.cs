using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>An anomaly as JSON.</summary>
[Description("An hour in which a scope has spent far more than was expected of it, or a budget that is spent too fast. Amounts are exact decimals as strings, in currency units or in the unit.")]
internal sealed record AnomalyReply
{
    public required string Id { get; init; }

    [NamesOf<AnomalyKind>]
    public required string Kind { get; init; }

    [Description("The scope, as user=alice.")]
    public required string Scope { get; init; }

    [Description("The first moment of the hour; of a burn rate, that of the hour whose rate it was.")]
    public required DateTimeOffset Hour { get; init; }

    [Description("The first moment after the hour.")]
    public required DateTimeOffset HourEnd { get; init; }

    [Description("The time at which it was found, which may lie in the hour.")]
    public required DateTimeOffset FoundAt { get; init; }

    [Description("The amount that was expected; of a burn rate, what could be spent in an hour so that the rest lasts until the period ends.")]
    public required string Expected { get; init; }

    [Description("The amount that was seen in the hour, when it was last looked at.")]
    public required string Seen { get; init; }

    [Description("The amount above which an hour is told.")]
    public required string Threshold { get; init; }

    [Description("The distance of what was seen from what was expected, in what the hours of earlier weeks usually differ by; of a burn rate in expected.")]
    public required string Distance { get; init; }

    [Description("The factor by which the scope has grown from the middle of the weeks to this hour, which expected contains.")]
    public required string Growth { get; init; }

    [NamesOf<AnomalyBasis>("; the hours that the expectation comes from; none for a burn rate")]
    public required string Basis { get; init; }

    [Description("The number of those hours.")]
    public required int Samples { get; init; }

    [Description("The budget of a burn rate; absent for other kinds.")]
    public string? BudgetId { get; init; }

    [Description("The partition of a burn rate; absent: there is none, or the anomaly is about all partitions.")]
    public string? Partition { get; init; }

    [Description("The usage unit of a burn rate; absent for money.")]
    public string? Unit { get; init; }

    public static AnomalyReply Of(LedgerAnomaly anomaly) => new()
    {
        Id = Amounts.Text(anomaly.Id),
        Kind = WireNames.Of(anomaly.Kind),
        Scope = anomaly.Scope.ToString(),
        Hour = anomaly.Hour,
        HourEnd = anomaly.HourEnd,
        FoundAt = anomaly.FoundAt,
        Expected = Amounts.Text(anomaly.Expected),
        Seen = Amounts.Text(anomaly.Seen),
        Threshold = Amounts.Text(anomaly.Threshold),
        Distance = Amounts.Text(anomaly.Distance),
        Growth = Amounts.Text(anomaly.Growth),
        Basis = WireNames.Of(anomaly.Basis),
        Samples = anomaly.Samples,
        BudgetId = anomaly.BudgetId,
        Partition = anomaly.Partition,
        Unit = anomaly.Unit,
    };
}
