using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>The throttle of a budget as JSON.</summary>
[Description("The rate at which calls above the limit of a throttled budget begin, the bounds of their waiting, and the ceiling. Amounts are exact decimals as strings.")]
internal sealed record ThrottleReply
{
    public required string RatePerSecond { get; init; }

    [Description("The most calls that wait; absent: no bound of its own.")]
    public string? QueueLimit { get; init; }

    [Description("The longest time that a call waits, as 00:00:10; absent: as the call says.")]
    public string? MaxWait { get; init; }

    [Description("The amount that nothing is admitted above; absent: no ceiling.")]
    public string? Ceiling { get; init; }

    public static ThrottleReply? Of(BudgetThrottle? throttle) => throttle is null ? null : new()
    {
        RatePerSecond = Amounts.Text(throttle.RatePerSecond),
        QueueLimit = throttle.QueueLimit is { } limit ? Amounts.Text(limit) : null,
        MaxWait = throttle.MaxWait?.ToString("c"),
        Ceiling = throttle.Ceiling is { } ceiling ? Amounts.Text(ceiling) : null,
    };
}
