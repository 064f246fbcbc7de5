using System.Globalization;

namespace BudgetFirewall.Storage;

/// <summary>The events that tell of anomalies.</summary>
internal static class AnomalyEvents
{
    public static BudgetEvent Of(FoundAnomaly found, long id, DateTimeOffset now) => found.Kind switch
    {
        AnomalyKind.Spend => New(BudgetEventTypes.Anomaly, found, id.ToString(CultureInfo.InvariantCulture), now) with
        {
            Data = Body(found, id) with { PeriodStart = found.Hour, Until = found.HourEnd, Basis = BasisText(found.Expectation.Basis) },
        },
        AnomalyKind.BurnRate => New(BudgetEventTypes.BurnRate, found, found.BudgetId!, now) with
        {
            Data = Body(found, id) with { BudgetId = found.BudgetId, Partition = found.Partition, Unit = found.Unit, Until = found.PeriodEnd, Remaining = found.Remaining, UsedUpAt = found.UsedUpAt },
        },
        _ => throw new InvalidOperationException($"There is no kind of anomaly {found.Kind}."),
    };

    private static BudgetEvent New(string type, FoundAnomaly found, string subject, DateTimeOffset now) => new(type, now, subject) { Scope = found.Scope, Partition = found.Partition };

    private static BudgetEventData Body(FoundAnomaly found, long id) => new()
    {
        AnomalyId = id.ToString(CultureInfo.InvariantCulture),
        Scope = found.Scope.ToString(),
        Expected = AnomalyAmounts.Of(found.Expectation.Expected, found.Unit),
        Seen = AnomalyAmounts.Of(found.Seen, found.Unit),
        Distance = AnomalyAmounts.OfThousandths(Expectation.DistanceOf(found.Seen, found.Expectation.Expected, found.Expectation.Scale)),
    };

    private static string BasisText(AnomalyBasis basis) => basis switch
    {
        AnomalyBasis.None => "none",
        AnomalyBasis.Weeks => "weeks",
        AnomalyBasis.LastDay => "last_day",
        _ => throw new InvalidOperationException($"There is no basis {basis}."),
    };
}
