using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>The throttle of a budget as JSON.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
[Description("The rate at which calls above the limit of a throttled budget begin, whatever they cost, the bounds of their waiting, and the ceiling.")]
internal sealed class ThrottleBody
{
    [Required]
    [Description("The calls above the limit that may begin per second: an exact decimal, as string or number, with at most 6 decimals.")]
    public decimal? RatePerSecond { get; init; }

    [Description("The most calls that wait; absent: no bound of its own.")]
    public decimal? QueueLimit { get; init; }

    [Description("The longest time that a call waits, as 00:00:10; at most 24 hours; absent: as the call says.")]
    public string? MaxWait { get; init; }

    [Description("The amount that nothing is admitted above, at least the limit; absent: no ceiling.")]
    public decimal? Ceiling { get; init; }

    /// <summary>The throttle.</summary>
    /// <exception cref="FieldException">A value is not one that a throttle may have.</exception>
    public BudgetThrottle ToThrottle() => FieldException.Naming("throttle", () => new BudgetThrottle
    {
        RatePerSecond = RatePerSecond ?? throw FieldException.Missing("throttle.ratePerSecond"),
        QueueLimit = QueueLimit,
        MaxWait = TimeText.Parse(MaxWait, "throttle.maxWait"),
        Ceiling = Ceiling,
    });
}
