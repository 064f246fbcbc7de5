using System.Globalization;

namespace BudgetFirewall.Tool;

/// <summary>The rate and the queue of a throttled budget.</summary>
internal sealed record ThrottleText
{
    public required string RatePerSecond { get; init; }

    public string? QueueLimit { get; init; }

    public string? MaxWait { get; init; }

    public string? Ceiling { get; init; }

    public static ThrottleText? Of(BudgetThrottle? throttle) => throttle is null ? null : new()
    {
        RatePerSecond = Texts.Of(throttle.RatePerSecond),
        QueueLimit = throttle.QueueLimit is { } limit ? Texts.Of(limit) : null,
        MaxWait = throttle.MaxWait?.ToString("c", CultureInfo.InvariantCulture),
        Ceiling = throttle.Ceiling is { } ceiling ? Texts.Of(ceiling) : null,
    };

    public BudgetThrottle ToThrottle() => new()
    {
        RatePerSecond = Texts.Decimal(RatePerSecond, "--rate-per-second"),
        QueueLimit = QueueLimit is null ? null : Texts.Decimal(QueueLimit, "--queue-limit"),
        MaxWait = MaxWait is null ? null : TimeSpan.TryParseExact(MaxWait, "c", CultureInfo.InvariantCulture, out var wait) ? wait : throw new ToolException(ExitCode.BadInput, $"--max-wait must be a time such as 00:00:10, not '{MaxWait}'."),
        Ceiling = Ceiling is null ? null : Texts.Decimal(Ceiling, "--ceiling"),
    };
}
