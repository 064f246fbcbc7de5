using System.Globalization;
using System.Text.Json;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Budgets and rate limits to JSON and back.</summary>
internal static class BudgetJson
{
    public const string Utc = "UTC";

    private static readonly Dictionary<string, IReadOnlyList<string>> NoDimensions = [];
    private static readonly Dictionary<string, decimal> NoFractions = [];

    public static byte[] Write(Budget budget) => JsonSerializer.SerializeToUtf8Bytes(ToData(budget), RecordJsonContext.Default.BudgetData);

    public static byte[] Write(RateLimitRule rule) => JsonSerializer.SerializeToUtf8Bytes(ToData(rule), RecordJsonContext.Default.RateLimitData);

    /// <summary>The limit.</summary>
    /// <param name="kind">The kind of limit.</param>
    /// <param name="json">The limit as JSON.</param>
    /// <param name="hasUnknownMembers">True when it says more than this version understands, so that it may mean something else.</param>
    public static LimitDefinition Read(LimitKind kind, ReadOnlySpan<byte> json, out bool hasUnknownMembers)
    {
        LimitData? data;
        switch (kind)
        {
            case LimitKind.Budget:
                data = JsonSerializer.Deserialize(json, RecordJsonContext.Default.BudgetData);
                break;
            case LimitKind.RateLimit:
                data = JsonSerializer.Deserialize(json, RecordJsonContext.Default.RateLimitData);
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

    public static Budget ToBudget(BudgetData data)
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

    public static RateLimitRule ToRule(RateLimitData data)
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

    public static decimal Decimal(string text) => decimal.Parse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);

    private static Dictionary<string, decimal> Fractions(IReadOnlyDictionary<string, string>? fractions) =>
        fractions is null ? NoFractions : fractions.ToDictionary(fraction => fraction.Key, fraction => Decimal(fraction.Value));

    private static decimal? OptionalDecimal(string? text) => text is null ? null : Decimal(text);

    public static string Text(decimal amount) => amount.ToString(CultureInfo.InvariantCulture);

    private static string? OptionalText(decimal? amount) => amount is { } given ? Text(given) : null;

    public static BudgetData ToData(Budget budget)
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
