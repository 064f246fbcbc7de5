using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>
/// <c>RateLimit-Policy</c> and <c>RateLimit</c>, structured fields of draft-ietf-httpapi-ratelimit-headers-11: <c>"user-day";q=10000000;qu="currency-millionths";w=86400</c>
/// says the limit and its window in seconds, <c>"user-day";r=9500000;t=3600</c> what remains and the seconds in which no more than that may be used.
/// </summary>
internal static class RateLimitHeaders
{
    private const string Policy = "RateLimit-Policy";
    private const string State = "RateLimit";
    private const decimal MaxInteger = 999_999_999_999_999m;
    private const decimal MillionthsPerUnit = 1_000_000m;

    public static void Write(IHeaderDictionary headers, IEnumerable<BudgetState> budgets, IEnumerable<RateLimitState> rateLimits)
    {
        var names = new PolicyNames();
        var policy = new StringBuilder();
        var state = new StringBuilder();
        foreach (var budget in budgets)
            Append(budget, names.Of(budget), policy, state);
        foreach (var rateLimit in rateLimits)
            Append(rateLimit, names.Of(rateLimit), policy, state);
        if (policy.Length == 0)
            return;
        headers[Policy] = policy.ToString();
        headers[State] = state.ToString();
    }

    private static void Append(BudgetState budget, string name, StringBuilder policy, StringBuilder state)
    {
        var scale = budget.Unit is null ? MillionthsPerUnit : 1m;
        var unit = budget.Unit is null ? "currency-millionths" : QuotaUnit(budget.Unit);
        AppendItem(policy, name).Append(Invariant($";q={Whole((budget.Limit + budget.Allowance) * scale)};qu=\"{unit}\""));
        AppendItem(state, name).Append(Invariant($";r={Whole(budget.Remaining * scale)}"));
        if (budget is not { PeriodStart: { } start, ResetsAt: { } end })
            return;
        policy.Append(Invariant($";w={Amounts.CeilingSeconds(end - start)}"));
        // Above its limit a throttled budget has a turn before it has room again.
        var wait = budget is { Remaining: 0, NextTurnIn: { } turn } && turn < end - budget.AsOf ? turn : end - budget.AsOf;
        state.Append(Invariant($";t={Amounts.CeilingSeconds(wait)}"));
    }

    private static void Append(RateLimitState rateLimit, string name, StringBuilder policy, StringBuilder state)
    {
        AppendItem(policy, name).Append(Invariant($";q={Whole(rateLimit.Limit)}"));
        if (rateLimit.Unit is { } unit)
            policy.Append(Invariant($";qu=\"{QuotaUnit(unit)}\""));
        if (rateLimit.Window is { } window)
            policy.Append(Invariant($";w={Amounts.CeilingSeconds(window)}"));
        AppendItem(state, name).Append(Invariant($";r={Whole(rateLimit.Remaining)}"));
        // Where the limit refuses, the time is that of Retry-After, as the draft asks.
        if ((rateLimit.RetryAfter ?? EffectiveWindow(rateLimit)) is { } wait)
            state.Append(Invariant($";t={Amounts.CeilingSeconds(wait)}"));
    }

    /// <summary>
    /// The time until a fixed window ends; of other limits no less than the time in which what remains comes back, so that a caller who spreads it evenly keeps to the rate, as sections 6
    /// and 8.5 of the draft ask. Null when nothing comes back.
    /// </summary>
    private static TimeSpan? EffectiveWindow(RateLimitState rateLimit)
    {
        if (rateLimit is not { FullIn: { } fullIn, Window: { } window, Limit: > 0 })
            return rateLimit.FullIn;
        if (rateLimit.Algorithm == RateLimitAlgorithm.FixedWindow)
            return fullIn > TimeSpan.Zero ? fullIn : window;
        var paced = TimeSpan.FromTicks((long)(window.Ticks * (decimal.Floor(rateLimit.Remaining) / rateLimit.Limit)));
        return fullIn > paced ? fullIn : paced;
    }

    // The draft names the unit of requests; for other units of usage there are no registered names.
    private static string QuotaUnit(string unit) => unit == UsageUnits.Request ? "requests" : PolicyNames.Printable(unit);

    private static StringBuilder AppendItem(StringBuilder list, string name) =>
        list.Append(list.Length == 0 ? "\"" : ", \"").Append(name).Append('"');

    private static long Whole(decimal amount) => (long)decimal.Floor(Math.Min(amount, MaxInteger));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
