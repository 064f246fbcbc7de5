using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The options of the detection of anomalies. Read once, when it is made. Every process that shares a ledger should have the same.</summary>
public sealed class AnomalyOptions
{
    private const int MostKinds = 16;

    /// <summary>
    /// The kinds of scopes that are looked at, 1 to 16: <c>global</c>, <c>provider</c>, <c>project</c>, <c>user</c>, <c>model</c>, <c>operation</c>, or any dimension. Default: the first five. Each costs a read of what its scopes have spent
    /// in the hour, each time.
    /// </summary>
    /// <exception cref="ArgumentException">There are none or too many, one is named twice, or one is no kind of scope.</exception>
    public IReadOnlyList<string> Kinds { get; set => field = Checked(value); } = [LedgerScopes.Global, LedgerScopes.Provider, LedgerScopes.Project, LedgerScopes.User, LedgerScopes.Model];

    /// <summary>The time zone, a name of the IANA database, by whose clock an hour of the week is the same hour of another week. Default UTC.</summary>
    /// <exception cref="ArgumentException">The system knows no such time zone.</exception>
    public string TimeZone
    {
        get;
        set => field = PeriodCalendar.Of(BudgetPeriod.Hour, value).TimeZone;
    } = "UTC";

    /// <summary>The weeks that an expectation comes from, 4 to 8. Default 8. Each costs as much reading as the others.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int Weeks
    {
        get;
        set => field = value is >= 4 and <= 8 ? value : throw new ArgumentOutOfRangeException(nameof(Weeks), value, "Weeks must be from 4 to 8.");
    } = 8;

    /// <summary>The distance from what is expected above which an hour is an anomaly, 2 to 100, to the thousandth. Default 6. It is counted in what the hours of earlier weeks usually differ by.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public decimal Distance
    {
        get;
        set => field = value is >= 2 and <= 100 ? value : throw new ArgumentOutOfRangeException(nameof(Distance), value, "Distance must be from 2 to 100.");
    } = 6;

    /// <summary>
    /// The least that hours are taken to differ by, as a fraction of what is expected, 0.01 to 10, to the thousandth. Default 0.6: with a distance of 6, an hour is an anomaly above 4.6 times what is expected of it, also where the hours of
    /// earlier weeks were all alike.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public decimal Floor
    {
        get;
        set => field = value is >= 0.01m and <= 10 ? value : throw new ArgumentOutOfRangeException(nameof(Floor), value, "Floor must be from 0.01 to 10.");
    } = 0.6m;

    /// <summary>
    /// The least amount, in currency units, by which an hour must be above what is expected, 0.000000001 to 9,000,000,000. Default 1. Of scopes that spend less in an hour, nothing more is read.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public decimal MinimumAmount
    {
        get;
        set => field = value is >= 0.000000001m and <= 9_000_000_000m
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MinimumAmount), value, "MinimumAmount must be from 0.000000001 to 9,000,000,000.");
    } = 1;

    /// <summary>The time between two evaluations, 10 seconds to an hour. Default a minute. One process does them at a time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public TimeSpan EvaluateEvery
    {
        get;
        set => field = value >= TimeSpan.FromSeconds(10) && value <= TimeSpan.FromHours(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(EvaluateEvery), value, "EvaluateEvery must be from 10 seconds to an hour.");
    } = TimeSpan.FromMinutes(1);

    /// <summary>The time after the end of an hour for which it is looked at again, because entries may come late, 0 to a day. Default 5 minutes. An entry that comes later is no part of its hour.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public TimeSpan LookBack
    {
        get;
        set => field = value >= TimeSpan.Zero && value <= TimeSpan.FromDays(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(LookBack), value, "LookBack must be from 0 to a day.");
    } = TimeSpan.FromMinutes(5);

    /// <summary>The hours that are caught up with after nobody has evaluated for a time, 1 to 168. Default 24. Earlier ones are passed over, and logged.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int CatchUpHours
    {
        get;
        set => field = value is >= 1 and <= 168 ? value : throw new ArgumentOutOfRangeException(nameof(CatchUpHours), value, "CatchUpHours must be from 1 to 168.");
    } = 24;

    /// <summary>The time for which anomalies are kept, a day to 10 years. Default 400 days.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public TimeSpan KeepFor
    {
        get;
        set => field = value >= TimeSpan.FromDays(1) && value <= TimeSpan.FromDays(3_653)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(KeepFor), value, "KeepFor must be from a day to 10 years.");
    } = TimeSpan.FromDays(400);

    /// <summary>
    /// The factor of the rule for burn rates, 1.5 to 100, to the thousandth; null for no such rule. Default 6. A budget is told when it was spent so fast, over the last hour and over the last 5 minutes, that the rest would last for less than
    /// this part of the time that is left of its period. It needs a firewall, and periods of 6 hours or more.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public decimal? BurnRateFactor
    {
        get;
        set => field = value is null or (>= 1.5m and <= 100)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(BurnRateFactor), value, "BurnRateFactor must be from 1.5 to 100, or null.");
    } = 6;

    /// <summary>The least part of a budget that must have been spent in the last hour to be told as a burn rate, 0.0001 to 1. Default 0.02.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public decimal BurnRateShare
    {
        get;
        set => field = value is >= 0.0001m and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(BurnRateShare), value, "BurnRateShare must be from 0.0001 to 1.");
    } = 0.02m;

    internal static AnomalyOptions From(Action<AnomalyOptions>? configure)
    {
        var options = new AnomalyOptions();
        configure?.Invoke(options);
        return options;
    }

    private static string[] Checked(IReadOnlyList<string> kinds)
    {
        ArgumentNullException.ThrowIfNull(kinds, nameof(Kinds));
        if (kinds.Count is < 1 or > MostKinds)
            throw new ArgumentException($"Kinds has {kinds.Count} kinds of scopes; 1 to {MostKinds} are allowed.", nameof(Kinds));
        foreach (var kind in kinds)
        {
            if (string.IsNullOrEmpty(kind) || kind.Contains('=', StringComparison.Ordinal))
                throw new ArgumentException(DisplayText.Escape($"Kinds has '{kind}', which is no kind of scope."), nameof(Kinds));
        }
        return kinds.Distinct(StringComparer.Ordinal).Count() == kinds.Count ? [.. kinds] : throw new ArgumentException("Kinds has a kind of scope twice.", nameof(Kinds));
    }
}
