using System.Text.Json.Serialization;

namespace BudgetFirewall.Storage;

/// <summary>The throttle of a budget as JSON; amounts are strings, what has its usual value is left out.</summary>
internal sealed class ThrottleData
{
    [JsonPropertyName("r")]
    public required string RatePerSecond { get; set; }

    [JsonPropertyName("q")]
    public string? QueueLimit { get; set; }

    /// <summary>In milliseconds.</summary>
    [JsonPropertyName("w")]
    public long? MaxWait { get; set; }

    [JsonPropertyName("c")]
    public string? Ceiling { get; set; }

    public static ThrottleData Of(BudgetThrottle throttle) => new()
    {
        RatePerSecond = LimitJson.Text(throttle.RatePerSecond),
        QueueLimit = throttle.QueueLimit is { } limit ? LimitJson.Text(limit) : null,
        MaxWait = throttle.MaxWait is { } wait ? wait.Ticks / TimeSpan.TicksPerMillisecond : null,
        Ceiling = throttle.Ceiling is { } ceiling ? LimitJson.Text(ceiling) : null,
    };

    public BudgetThrottle ToThrottle() => new()
    {
        RatePerSecond = LimitJson.Decimal(RatePerSecond),
        QueueLimit = QueueLimit is { } limit ? LimitJson.Decimal(limit) : null,
        MaxWait = MaxWait is { } wait ? TimeSpan.FromMilliseconds(wait) : null,
        Ceiling = Ceiling is { } ceiling ? LimitJson.Decimal(ceiling) : null,
    };
}
