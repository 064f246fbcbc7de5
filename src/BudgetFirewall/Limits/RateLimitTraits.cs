namespace BudgetFirewall.Storage;

/// <summary>The properties by which one algorithm differs from the others before anything is counted.</summary>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="StateName">The part of a state's name that keeps the states of the algorithms apart.</param>
/// <param name="Needed">The members of <see cref="RateLimit"/> that must be given.</param>
/// <param name="Optional">The members of <see cref="RateLimit"/> that may be given.</param>
internal sealed record RateLimitTraits(RateLimitAlgorithm Algorithm, string StateName, string[] Needed, string[] Optional)
{
    public const string Missing = "is missing";

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
    }

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
