using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// The rule by which an hour is an anomaly, without a ledger: to try options on amounts of one's own. Immutable.
/// </summary>
/// <remarks>
/// Expected is the median of the same hour of earlier weeks. One unit of distance is the scaled median of the absolute deviations from it (MAD), and at least a part of what is expected. Weeks in which nothing was spent are left out, and
/// growth from week to week is added. Where fewer than four weeks are known, it is the median of the last 24 hours, at least twelve of them, and an hour must be above four times the highest of them too.
/// </remarks>
/// <example><code>
/// var rule = new AnomalyRule(new() { MinimumAmount = 5m });
/// Console.WriteLine(rule.Judge(seen: 80m, weeks: [9m, 11m, 10m, 0m, 12m, 10m]).IsAnomaly);
/// </code></example>
public sealed class AnomalyRule
{
    private const decimal Thousandths = 1_000m;

    private readonly long _distance;
    private readonly long _floor;
    private readonly long _least;

    /// <summary>The rule of some options.</summary>
    /// <param name="options">The options, of which the distance, the floor and the least amount count; null: the defaults.</param>
    public AnomalyRule(AnomalyOptions? options = null)
    {
        options ??= new();
        (_distance, _floor) = ((long)(options.Distance * Thousandths), (long)(options.Floor * Thousandths));
        _least = (long)(options.MinimumAmount * LedgerEntry.NanosPerUnit);
    }

    /// <summary>Nanos below which nothing is an anomaly, whatever is expected.</summary>
    internal long Least => _least;

    /// <summary>Judges the amount of an hour.</summary>
    /// <param name="seen">The amount that was spent in it, in currency units.</param>
    /// <param name="weeks">The amounts of the same hour of earlier weeks, the latest first; 0 where nothing was spent.</param>
    /// <param name="lastDay">The amounts of the hours before it, used where too few weeks are known; null for none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="weeks"/> is null.</exception>
    /// <exception cref="OverflowException">An amount has more nanos than 64 bits hold.</exception>
    public AnomalyJudgement Judge(decimal seen, IReadOnlyList<decimal> weeks, IReadOnlyList<decimal>? lastDay = null)
    {
        ArgumentNullException.ThrowIfNull(weeks);
        var expectation = OfWeeks([.. weeks.Select(Nanos)]);
        if (expectation.Basis == AnomalyBasis.None && lastDay is not null)
            expectation = OfLastDay(lastDay.Select(Nanos));
        return Judge(Nanos(seen), expectation);
    }

    internal Expectation OfWeeks(IReadOnlyList<long> weeks) => Expectation.OfWeeks(weeks, _distance, _floor);

    internal Expectation OfLastDay(IEnumerable<long> hours) => Expectation.OfLastDay(hours, _distance, _floor);

    internal bool IsAnomaly(long seen, Expectation expectation) => expectation.IsFar(seen, _least);

    internal AnomalyJudgement Judge(long seen, Expectation expectation)
    {
        var isKnown = expectation.Basis != AnomalyBasis.None;
        return new()
        {
            Basis = expectation.Basis,
            Samples = expectation.Samples,
            Seen = AnomalyAmounts.Of(seen, unit: null),
            Expected = isKnown ? AnomalyAmounts.Of(expectation.Expected, unit: null) : null,
            Threshold = isKnown ? AnomalyAmounts.Of(expectation.Threshold, unit: null) : null,
            Distance = isKnown ? AnomalyAmounts.OfThousandths(expectation.DistanceOf(seen)) : null,
            Growth = AnomalyAmounts.OfThousandths(expectation.Growth),
            IsAnomaly = IsAnomaly(seen, expectation),
        };
    }

    private static long Nanos(decimal amount) => (long)(amount * LedgerEntry.NanosPerUnit);
}
