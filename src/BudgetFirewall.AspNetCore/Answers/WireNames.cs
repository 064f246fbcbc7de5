using System.Collections.Frozen;
using System.Text.Json;

namespace BudgetFirewall;

/// <summary>The names of enumeration members in JSON and headers: the words of metrics and configuration, in small letters.</summary>
internal static class WireNames
{
    private static readonly FrozenDictionary<string, BudgetPeriod> Periods =
        Enum.GetValues<BudgetPeriod>().ToFrozenDictionary(period => Of(period), StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Enforcement> Enforcements =
        Enum.GetValues<Enforcement>().ToFrozenDictionary(enforcement => Of(enforcement), StringComparer.Ordinal);

    /// <summary>The names of periods in a sentence.</summary>
    public static string PeriodChoices => Choices(Enum.GetValues<BudgetPeriod>().Select(Of));

    /// <summary>The names of enforcements in a sentence.</summary>
    public static string EnforcementChoices => Choices(Enum.GetValues<Enforcement>().Select(Of));

    public static string Of(DecisionOutcome outcome) => outcome switch
    {
        DecisionOutcome.Allowed => "allowed",
        DecisionOutcome.BudgetExceeded => "budget_exceeded",
        DecisionOutcome.RateLimited => "rate_limited",
        DecisionOutcome.StoreUnavailable => "store_unavailable",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "There is no such outcome."),
    };

    public static string Of(BudgetPeriod period) => period switch
    {
        BudgetPeriod.Hour => "hour",
        BudgetPeriod.Day => "day",
        BudgetPeriod.Week => "week",
        BudgetPeriod.Month => "month",
        BudgetPeriod.Year => "year",
        BudgetPeriod.None => "none",
        _ => throw new ArgumentOutOfRangeException(nameof(period), period, "There is no such period."),
    };

    public static BudgetPeriod? Period(string text) => Periods.TryGetValue(text, out var period) ? period : null;

    public static string Of(Enforcement enforcement) => enforcement switch
    {
        Enforcement.Hard => "hard",
        Enforcement.Soft => "soft",
        Enforcement.Shadow => "shadow",
        _ => throw new ArgumentOutOfRangeException(nameof(enforcement), enforcement, "There is no such enforcement."),
    };

    public static Enforcement? EnforcementOf(string text) => Enforcements.TryGetValue(text, out var enforcement) ? enforcement : null;

    public static string Of(RateLimitAlgorithm algorithm) => JsonNamingPolicy.SnakeCaseLower.ConvertName(algorithm.ToString());

    public static string Of(LimitKind kind) => kind switch
    {
        LimitKind.Budget => "budget",
        LimitKind.RateLimit => "rate_limit",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of limit."),
    };

    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Admit => "admit",
        Verdict.Delay => "delay",
        Verdict.Refuse => "refuse",
        Verdict.NeedsApproval => "needs_approval",
        Verdict.WouldRefuse => "would_refuse",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "There is no such verdict."),
    };

    public static string Of(LimitSource source) => source switch
    {
        LimitSource.Configuration => "configuration",
        LimitSource.RunTime => "run_time",
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, "There is no such source."),
    };

    private static string Choices(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return $"{string.Join(", ", all[..^1])} or {all[^1]}";
    }
}
