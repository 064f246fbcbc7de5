namespace BudgetFirewall.Storage;

/// <summary>The properties by which one algorithm differs from the others before anything is counted.</summary>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="StateName">The part of a state's name that keeps the states of the algorithms apart.</param>
/// <param name="Needed">The members of <see cref="RateLimit"/> that must be given.</param>
/// <param name="Optional">The members of <see cref="RateLimit"/> that may be given.</param>
/// <param name="Ceiling">The member of <see cref="RateLimit"/> that is the ceiling of an adaptive limit.</param>
internal sealed record RateLimitTraits(RateLimitAlgorithm Algorithm, string StateName, string[] Needed, string[] Optional, string Ceiling)
{
    public const string Missing = "is missing";

    private const string FloorName = $"{nameof(RateLimit.Adaptive)}:{nameof(AdaptiveRate.Floor)}";

    /// <summary>The members that are missing or belong to another algorithm, each with what is wrong with it, to be read after the member's name.</summary>
    public IEnumerable<(string Member, string Problem)> Errors(RateLimit limit)
    {
        foreach (var (member, value) in ValuesOf(limit))
        {
            if (value is null && Needed.Contains(member))
                yield return (member, Missing);
            else if (value is not null && !Needed.Contains(member) && !Optional.Contains(member))
                yield return (member, $"must not be given for a {Algorithm} but is {OptionError.Quote(value)}");
        }
        for (var i = 0; i < limit.Schedule.Count; i++)
        {
            foreach (var (member, value) in ValuesOf(limit.Schedule[i]))
            {
                if (value is not null && !Needed.Contains(member))
                    yield return ($"{nameof(limit.Schedule)}:{i}:{member}", $"must not be given for a {Algorithm} but is {OptionError.Quote(value)}");
                else if (member == Ceiling && value is decimal ceiling && limit.Adaptive is { } adaptive && adaptive.Floor > ceiling)
                    yield return ($"{nameof(limit.Schedule)}:{i}:{member}", $"must be at least {FloorName}, which is {OptionError.Quote(adaptive.Floor)}, but is {OptionError.Quote(ceiling)}");
            }
        }
        if (limit.Adaptive is { } own && CeilingOf(limit) is { } whole && own.Floor > whole)
            yield return (FloorName, $"must be at most {Ceiling}, which is {OptionError.Quote(whole)}, but is {OptionError.Quote(own.Floor)}");
    }

    /// <summary>The ceiling of an adaptive limit; null when it is missing.</summary>
    public decimal? CeilingOf(RateLimit limit) => (decimal?)ValuesOf(limit).First(value => value.Member == Ceiling).Value;

    private static IEnumerable<(string Member, object? Value)> ValuesOf(ScheduleRow row) =>
    [
        (nameof(row.Capacity), row.Capacity),
        (nameof(row.RefillPerSecond), row.RefillPerSecond),
        (nameof(row.RatePerSecond), row.RatePerSecond),
        (nameof(row.Limit), row.Limit),
    ];

    private static IEnumerable<(string Member, object? Value)> ValuesOf(RateLimit limit) =>
    [
        (nameof(limit.Capacity), limit.Capacity),
        (nameof(limit.RefillPerSecond), limit.RefillPerSecond),
        (nameof(limit.Limit), limit.Limit),
        (nameof(limit.Window), limit.Window),
        (nameof(limit.Alignment), limit.Alignment),
        (nameof(limit.RatePerSecond), limit.RatePerSecond),
        (nameof(limit.QueueLimit), limit.QueueLimit),
        (nameof(limit.MaxWait), limit.MaxWait),
    ];
}
