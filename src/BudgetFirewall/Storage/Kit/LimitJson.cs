using System.Globalization;
using System.Text.Json;

namespace BudgetFirewall.Storage;

/// <summary>
/// Budgets and rate limits as a store keeps them in JSON. What is read back equals what was written: amounts are strings, and a member with its usual value is left out.
/// </summary>
public static class LimitJson
{
    internal const string Utc = "UTC";

    private static readonly Dictionary<string, IReadOnlyList<string>> NoDimensions = [];
    private static readonly Dictionary<string, decimal> NoFractions = [];

    /// <summary>A budget as JSON, in UTF-8.</summary>
    /// <param name="budget">The budget.</param>
    /// <exception cref="ArgumentNullException"><paramref name="budget"/> is null.</exception>
    public static byte[] Write(Budget budget)
    {
        ArgumentNullException.ThrowIfNull(budget);
        return JsonSerializer.SerializeToUtf8Bytes(ToData(budget), LimitJsonContext.Default.BudgetData);
    }

    /// <summary>A rate limit as JSON, in UTF-8.</summary>
    /// <param name="rule">The rate limit.</param>
    /// <exception cref="ArgumentNullException"><paramref name="rule"/> is null.</exception>
    public static byte[] Write(RateLimitRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return JsonSerializer.SerializeToUtf8Bytes(ToData(rule), LimitJsonContext.Default.RateLimitData);
    }

    /// <summary>A budget or rate limit as JSON, in UTF-8.</summary>
    /// <param name="limit">The limit.</param>
    /// <exception cref="ArgumentNullException"><paramref name="limit"/> is null.</exception>
    public static byte[] Write(LimitDefinition limit)
    {
        ArgumentNullException.ThrowIfNull(limit);
        return limit.Budget is { } budget ? Write(budget) : Write(RateLimitRules.Of(limit.RateLimit!));
    }

    /// <summary>A budget as a part of other JSON.</summary>
    /// <param name="budget">The budget.</param>
    /// <exception cref="ArgumentNullException"><paramref name="budget"/> is null.</exception>
    public static JsonElement WriteElement(Budget budget)
    {
        ArgumentNullException.ThrowIfNull(budget);
        return JsonSerializer.SerializeToElement(ToData(budget), LimitJsonContext.Default.BudgetData);
    }

    /// <summary>The budget that is a part of other JSON. Members that this version does not know are ignored.</summary>
    /// <param name="json">The budget as JSON.</param>
    /// <exception cref="JsonException">It is not the JSON of a budget.</exception>
    /// <exception cref="ArgumentException">A value is not one that a budget may have.</exception>
    /// <exception cref="FormatException">A number or name is none.</exception>
    public static Budget ReadBudget(JsonElement json) => ToBudget(json.Deserialize(LimitJsonContext.Default.BudgetData) ?? throw new JsonException("A budget is null."));

    /// <summary>The rate limit that is a part of other JSON. Members that this version does not know are ignored.</summary>
    /// <param name="json">The rate limit as JSON.</param>
    /// <exception cref="JsonException">It is not the JSON of a rate limit.</exception>
    /// <exception cref="ArgumentException">A value is not one that a rate limit may have.</exception>
    /// <exception cref="FormatException">A number or name is none.</exception>
    public static RateLimitRule ReadRateLimit(JsonElement json) => ToRule(json.Deserialize(LimitJsonContext.Default.RateLimitData) ?? throw new JsonException("A rate limit is null."));

    /// <summary>Reads a budget or rate limit.</summary>
    /// <param name="kind">The kind of limit.</param>
    /// <param name="json">The limit as JSON, in UTF-8.</param>
    /// <param name="hasUnknownMembers">True when it says more than this version understands, so that it may mean something else.</param>
    /// <exception cref="JsonException">It is not the JSON of such a limit.</exception>
    /// <exception cref="ArgumentException">A value is not one that the limit may have.</exception>
    /// <exception cref="FormatException">A number or name is none.</exception>
    public static LimitDefinition Read(LimitKind kind, ReadOnlySpan<byte> json, out bool hasUnknownMembers)
    {
        LimitData? data;
        switch (kind)
        {
            case LimitKind.Budget:
                data = JsonSerializer.Deserialize(json, LimitJsonContext.Default.BudgetData);
                break;
            case LimitKind.RateLimit:
                data = JsonSerializer.Deserialize(json, LimitJsonContext.Default.RateLimitData);
                break;
            default:
                throw new InvalidOperationException($"There is no kind of limit {kind}.");
        }
        hasUnknownMembers = data?.Others is { Count: > 0 } || data is RateLimitData { Adaptive.Others.Count: > 0 };
        return data switch
        {
            BudgetData budget => LimitDefinition.Of(new CounterRule(ToBudget(budget)).Budget),
            RateLimitData rateLimit => LimitDefinition.Of(ToRule(rateLimit).RateLimit),
            _ => throw new JsonException("A limit is null."),
        };
    }

    private static Budget ToBudget(BudgetData data)
    {
        var budget = new Budget
        {
            Scope = BudgetScope.Parse(data.Scope),
            Limit = Decimal(data.Limit),
            Period = data.Period is { } period ? BudgetPeriod.Parse(period) : BudgetPeriod.Day,
            TimeZone = data.TimeZone ?? Utc,
            Schedule = ScheduleData.ToRows(data.Schedule),
            LimitFromUsage = data.LimitFromUsage?.ToRule(),
            PoolId = data.PoolId,
            Unit = data.Unit,
            Enforcement = data.Enforcement ?? Enforcement.Hard,
            Throttle = data.Throttle?.ToThrottle(),
            IsActive = data.IsInactive != true,
            Providers = data.Providers ?? [],
            Models = data.Models ?? [],
            Operations = data.Operations ?? [],
            Dimensions = data.Dimensions ?? NoDimensions,
            CountsRequestsWithoutModel = data.CountsRequestsWithoutModel == true,
            PriorityHeadroom = Fractions(data.PriorityHeadroom),
            Name = data.Name,
        };
        if (data.WarnAt is { } warnAt)
            budget = budget with { WarnAt = Array.ConvertAll(warnAt, Decimal) };
        return data.Id is { } id ? budget with { Id = id } : budget;
    }

    private static RateLimitRule ToRule(RateLimitData data)
    {
        var rateLimit = new RateLimit
        {
            Scope = BudgetScope.Parse(data.Scope),
            Algorithm = data.Algorithm ?? RateLimitAlgorithm.TokenBucket,
            Capacity = OptionalDecimal(data.Capacity),
            RefillPerSecond = OptionalDecimal(data.RefillPerSecond),
            Limit = OptionalDecimal(data.Limit),
            Window = data.Window is { } window ? TimeSpan.FromMilliseconds(window) : null,
            Alignment = data.Alignment is { } alignment ? WindowAlignment.Parse(alignment) : null,
            RatePerSecond = OptionalDecimal(data.RatePerSecond),
            QueueLimit = OptionalDecimal(data.QueueLimit),
            MaxWait = data.MaxWait is { } wait ? TimeSpan.FromMilliseconds(wait) : null,
            Adaptive = data.Adaptive?.ToAdaptiveRate(),
            Schedule = ScheduleData.ToRows(data.Schedule),
            Unit = data.Unit,
            Enforcement = data.Enforcement ?? Enforcement.Hard,
            IsActive = data.IsInactive != true,
            Providers = data.Providers ?? [],
            Models = data.Models ?? [],
            Operations = data.Operations ?? [],
            Dimensions = data.Dimensions ?? NoDimensions,
            CountsRequestsWithoutModel = data.CountsRequestsWithoutModel == true,
            PriorityHeadroom = Fractions(data.PriorityHeadroom),
            Name = data.Name,
        };
        return RateLimitRules.Of(data.Id is { } id ? rateLimit with { Id = id } : rateLimit);
    }

    internal static decimal Decimal(string text) => decimal.Parse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);

    private static Dictionary<string, decimal> Fractions(IReadOnlyDictionary<string, string>? fractions) =>
        fractions is null ? NoFractions : fractions.ToDictionary(fraction => fraction.Key, fraction => Decimal(fraction.Value));

    private static decimal? OptionalDecimal(string? text) => text is null ? null : Decimal(text);

    internal static string Text(decimal amount) => amount.ToString(CultureInfo.InvariantCulture);

    private static string? OptionalText(decimal? amount) => amount is { } given ? Text(given) : null;

    private static BudgetData ToData(Budget budget)
    {
        var data = new BudgetData
        {
            Scope = budget.Scope.ToString(),
            Limit = Text(budget.Limit),
            Period = budget.Period == BudgetPeriod.Day ? null : budget.Period.ToString(),
            TimeZone = budget.TimeZone == Utc ? null : budget.TimeZone,
            Schedule = ScheduleData.Of(budget.Schedule),
            LimitFromUsage = budget.LimitFromUsage is { } rule ? LimitFromUsageData.Of(rule) : null,
            Unit = budget.Unit,
            Enforcement = budget.Enforcement == Enforcement.Hard ? null : budget.Enforcement,
            Throttle = budget.Throttle is { } throttle ? ThrottleData.Of(throttle) : null,
            PoolId = budget.PoolId,
            WarnAt = budget.WarnAt is [0.8m] ? null : [.. budget.WarnAt.Select(Text)],
            IsInactive = budget.IsActive ? null : true,
            Providers = NullIfEmpty(budget.Providers),
            Models = NullIfEmpty(budget.Models),
            Operations = NullIfEmpty(budget.Operations),
            Dimensions = budget.Dimensions.Count == 0 ? null : budget.Dimensions,
            CountsRequestsWithoutModel = budget.CountsRequestsWithoutModel ? true : null,
            PriorityHeadroom = budget.PriorityHeadroom.Count == 0 ? null : budget.PriorityHeadroom.ToDictionary(headroom => headroom.Key, headroom => Text(headroom.Value)),
            Name = budget.Name,
        };
        data.Id = ToBudget(data).Id == budget.Id ? null : budget.Id;
        return data;
    }

    private static RateLimitData ToData(RateLimitRule rule)
    {
        var rateLimit = rule.RateLimit;
        var data = new RateLimitData
        {
            Scope = rateLimit.Scope.ToString(),
            Algorithm = rateLimit.Algorithm == RateLimitAlgorithm.TokenBucket ? null : rateLimit.Algorithm,
            Capacity = OptionalText(rateLimit.Capacity),
            RefillPerSecond = OptionalText(rateLimit.RefillPerSecond),
            Limit = OptionalText(rateLimit.Limit),
            Window = rateLimit.Window is { } window ? window.Ticks / TimeSpan.TicksPerMillisecond : null,
            Alignment = rateLimit.Alignment?.ToString(),
            RatePerSecond = OptionalText(rateLimit.RatePerSecond),
            QueueLimit = OptionalText(rateLimit.QueueLimit),
            MaxWait = rateLimit.MaxWait is { } wait ? wait.Ticks / TimeSpan.TicksPerMillisecond : null,
            Adaptive = AdaptiveData.Of(rateLimit.Adaptive),
            Schedule = ScheduleData.Of(rateLimit.Schedule),
            Unit = rateLimit.Unit,
            Enforcement = rateLimit.Enforcement == Enforcement.Hard ? null : rateLimit.Enforcement,
            IsInactive = rateLimit.IsActive ? null : true,
            Providers = NullIfEmpty(rateLimit.Providers),
            Models = NullIfEmpty(rateLimit.Models),
            Operations = NullIfEmpty(rateLimit.Operations),
            Dimensions = rateLimit.Dimensions.Count == 0 ? null : rateLimit.Dimensions,
            CountsRequestsWithoutModel = rateLimit.CountsRequestsWithoutModel ? true : null,
            PriorityHeadroom = rateLimit.PriorityHeadroom.Count == 0 ? null : rateLimit.PriorityHeadroom.ToDictionary(headroom => headroom.Key, headroom => Text(headroom.Value)),
            Name = rateLimit.Name,
        };
        // A name that was given belongs to the state, even one that equals the derived one.
        data.Id = ToRule(data).Name == rule.Name ? null : rateLimit.Id;
        return data;
    }

    private static IReadOnlyList<string>? NullIfEmpty(IReadOnlyList<string> names) => names.Count == 0 ? null : names;
}
