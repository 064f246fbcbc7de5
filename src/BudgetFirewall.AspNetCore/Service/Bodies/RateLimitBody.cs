using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>A rate limit as JSON.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
[Description("A limit on how much of a scope may go on per time. Its algorithm says which of its values it needs.")]
internal sealed class RateLimitBody
{
    [Description("The rate limit's id; absent: derived from scope, unit and filters. In a path it must be the path's.")]
    public string? Id { get; init; }

    [Description("A name for people, shown instead of the id; absent: none.")]
    public string? Name { get; init; }

    [Required]
    [Description("The scope that is limited: global, kind=id as user=alice, or each:kind as each:user.")]
    public string? Scope { get; init; }

    [NamesOf<RateLimitAlgorithm>("; absent: token_bucket")]
    public string? Algorithm { get; init; }

    [Description("The most that a token_bucket holds: an exact decimal, as string or number, with at most 6 decimals.")]
    public decimal? Capacity { get; init; }

    [Description("The amount that comes back to a token_bucket per second: an exact decimal, as string or number, with at most 6 decimals.")]
    public decimal? RefillPerSecond { get; init; }

    [Description("The most that a window lets through: an exact decimal, as string or number, with at most 6 decimals.")]
    public decimal? Limit { get; init; }

    [Description("The length of a window as hh:mm:ss, with days before it as 7.00:00:00, or thousandths of a second behind it; at most 366 days.")]
    public string? Window { get; init; }

    [Description("The place of a fixed_window in time: utc, first_request or a time zone as Europe/Berlin; absent: utc.")]
    public string? Alignment { get; init; }

    [Description("The amount that may begin in a leaky_bucket per second: an exact decimal, as string or number, with at most 6 decimals.")]
    public decimal? RatePerSecond { get; init; }

    [Description("The most that waits in a leaky_bucket: an exact decimal, as string or number, with at most 6 decimals; absent: no bound of its own.")]
    public decimal? QueueLimit { get; init; }

    [Description("The longest time that a call waits in a leaky_bucket, as 00:00:30; at most 24 hours; absent: as the call says.")]
    public string? MaxWait { get; init; }

    [Description("The way in which the limit follows what the provider says; absent: it stays as it is.")]
    public AdaptiveRateBody? Adaptive { get; init; }

    [Description("Other values at certain hours of the week; absent or empty: none.")]
    public IReadOnlyList<ScheduleRowBody?>? Schedule { get; init; }

    [Description("The usage unit that is taken; absent: permits.")]
    public string? Unit { get; init; }

    [Description("hard or shadow; absent: hard.")]
    public string? Enforcement { get; init; }

    [Description("false switches the rate limit off; absent: true.")]
    public bool? IsActive { get; init; }

    [Description("The providers whose requests are limited; absent or empty: all.")]
    public IReadOnlyList<string>? Providers { get; init; }

    [Description("The models whose requests are limited; absent or empty: all.")]
    public IReadOnlyList<string>? Models { get; init; }

    [Description("The operations whose requests are limited; absent or empty: all.")]
    public IReadOnlyList<string>? Operations { get; init; }

    [Description("The dimensions of the requests that are limited, as kind and ids: {\"tier\": [\"trial\"]}; absent or empty: all.")]
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Dimensions { get; init; }

    [Description("true: a request without a model is limited too, although there are models; absent: false.")]
    public bool? CountsRequestsWithoutModel { get; init; }

    [Description("The fraction of the limit that must stay free when a request of a priority is admitted, from 0 to 1: {\"batch\": 0.3}; absent or empty: none.")]
    public IReadOnlyDictionary<string, decimal>? PriorityHeadroom { get; init; }

    /// <summary>The rate limit; the path's id, where there is one, is its id.</summary>
    /// <exception cref="FieldException">A value is not one that a rate limit may have.</exception>
    public RateLimit ToRateLimit(string? pathId)
    {
        if (pathId is not null && Id is not null && pathId != Id)
            throw new FieldException("id", "id is not the one of the path.");
        var limit = FieldException.Naming("", () => new RateLimit
        {
            Scope = ScopeText.Parse(Scope ?? throw FieldException.Missing("scope"), "scope"),
            Algorithm = Algorithm is null
                ? default
                : WireNames.Parse<RateLimitAlgorithm>(Algorithm) ?? throw new FieldException("algorithm", $"algorithm must be {WireNames.Choices<RateLimitAlgorithm>()}."),
            Capacity = Capacity,
            RefillPerSecond = RefillPerSecond,
            Limit = Limit,
            Window = TimeText.Parse(Window, "window"),
            Alignment = AlignmentOf(Alignment),
            RatePerSecond = RatePerSecond,
            QueueLimit = QueueLimit,
            MaxWait = TimeText.Parse(MaxWait, "maxWait"),
            Adaptive = Adaptive?.ToAdaptiveRate(),
            Schedule = ScheduleRowBody.ToRows(Schedule),
            Unit = Unit,
            Enforcement = Enforcement is null ? default : WireNames.Parse<Enforcement>(Enforcement) ?? throw new FieldException("enforcement", "enforcement must be hard or shadow."),
            IsActive = IsActive ?? true,
            Providers = Providers ?? [],
            Models = Models ?? [],
            Operations = Operations ?? [],
            Dimensions = Dimensions ?? new Dictionary<string, IReadOnlyList<string>>(),
            CountsRequestsWithoutModel = CountsRequestsWithoutModel ?? false,
            PriorityHeadroom = PriorityHeadroom ?? new Dictionary<string, decimal>(),
            Name = Name,
        });
        // An id that is the derived one is left to be derived: a given one would count by itself.
        return (pathId ?? Id) is { } id && id != limit.Id ? FieldException.Naming("", () => limit with { Id = id }) : limit;
    }

    private static WindowAlignment? AlignmentOf(string? text)
    {
        try
        {
            return text is null ? null : WindowAlignment.Parse(text);
        }
        catch (FormatException e)
        {
            throw new FieldException("alignment", $"alignment {e.Message}.");
        }
    }
}
