using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A rate limit as JSON.</summary>
[Description("A rate limit: what PUT takes. Amounts are exact decimals as strings; values that the algorithm does not have are absent.")]
internal sealed record RateLimitReply
{
    public required string Id { get; init; }

    public string? Name { get; init; }

    public required string Scope { get; init; }

    public required string Algorithm { get; init; }

    public string? Capacity { get; init; }

    public string? RefillPerSecond { get; init; }

    public string? Limit { get; init; }

    [Description("The length of a window, as 00:01:00.")]
    public string? Window { get; init; }

    public string? Alignment { get; init; }

    [Description("The amount that may begin in a leaky_bucket per second.")]
    public string? RatePerSecond { get; init; }

    [Description("The most that waits in a leaky_bucket.")]
    public string? QueueLimit { get; init; }

    [Description("The longest time that a call waits in a leaky_bucket, as 00:00:30.")]
    public string? MaxWait { get; init; }

    [Description("The way in which the limit follows what the provider says; absent: it stays as it is.")]
    public AdaptiveRateReply? Adaptive { get; init; }

    public required IReadOnlyList<ScheduleRowReply> Schedule { get; init; }

    public string? Unit { get; init; }

    public required string Enforcement { get; init; }

    public required bool IsActive { get; init; }

    public required IReadOnlyList<string> Providers { get; init; }

    public required IReadOnlyList<string> Models { get; init; }

    public required IReadOnlyList<string> Operations { get; init; }

    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Dimensions { get; init; }

    public required bool CountsRequestsWithoutModel { get; init; }

    public required IReadOnlyDictionary<string, string> PriorityHeadroom { get; init; }

    public static RateLimitReply Of(RateLimit limit) => new()
    {
        Id = limit.Id,
        Name = limit.Name,
        Scope = limit.Scope.ToString(),
        Algorithm = WireNames.Of(limit.Algorithm),
        Capacity = Text(limit.Capacity),
        RefillPerSecond = Text(limit.RefillPerSecond),
        Limit = Text(limit.Limit),
        Window = limit.Window?.ToString("c"),
        Alignment = limit.Alignment?.ToString(),
        RatePerSecond = Text(limit.RatePerSecond),
        QueueLimit = Text(limit.QueueLimit),
        MaxWait = limit.MaxWait?.ToString("c"),
        Adaptive = AdaptiveRateReply.Of(limit.Adaptive),
        Schedule = ScheduleRowReply.Of(limit.Schedule),
        Unit = limit.Unit,
        Enforcement = WireNames.Of(limit.Enforcement),
        IsActive = limit.IsActive,
        Providers = limit.Providers,
        Models = limit.Models,
        Operations = limit.Operations,
        Dimensions = limit.Dimensions,
        CountsRequestsWithoutModel = limit.CountsRequestsWithoutModel,
        PriorityHeadroom = limit.PriorityHeadroom.ToDictionary(headroom => headroom.Key, headroom => Amounts.Text(headroom.Value)),
    };

    private static string? Text(decimal? amount) => amount is { } given ? Amounts.Text(given) : null;
}
