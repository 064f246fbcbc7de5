using System.Runtime.CompilerServices;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>The arguments that every call with a budget's rule sends, made once.</summary>
internal sealed class RuleWire
{
    private static readonly ConditionalWeakTable<CounterRule, RuleWire> Wires = [];
    private static readonly ConditionalWeakTable<RateLimitRule, RateLimitWire> RateLimitWires = [];

    private RuleWire(CounterRule rule)
    {
        Keys = RuleKeys.OfCounters(rule.Family);
        Warnings = PackWarnings(rule);
        Json = LimitJson.Write(rule.Budget);
    }

    /// <summary>The keys of the family's counters.</summary>
    public RuleKeys Keys { get; }

    /// <summary>The limit and the warning thresholds, packed; empty where there are no warnings.</summary>
    public RedisValue Warnings { get; }

    /// <summary>The budget as JSON.</summary>
    public byte[] Json { get; }

    public static RuleWire Of(CounterRule rule) => Wires.GetValue(rule, static key => new(key));

    public static RateLimitWire Of(RateLimitRule rule) => RateLimitWires.GetValue(rule, static key => new(key));

    private static byte[] PackWarnings(CounterRule rule)
    {
        if (rule.Thresholds.IsEmpty)
            return [];
        var bytes = new byte[WarningsLayout.Size + (rule.Thresholds.Length * ThresholdLayout.Size)];
        var packed = new PackedWriter(bytes);
        WarningsLayout.Write(ref packed, rule.Limit);
        foreach (var threshold in rule.Thresholds)
            ThresholdLayout.Write(ref packed, threshold.FractionMicros, threshold.Amount);
        return bytes;
    }

    /// <summary>The arguments that every call with a rate limit's rule sends, made once.</summary>
    internal sealed class RateLimitWire(RateLimitRule rule)
    {
        /// <summary>The keys of the limit's states.</summary>
        public RuleKeys Keys { get; } = RuleKeys.OfRateLimits(rule);

        /// <summary>The keys of how far the limit is below its ceiling, where it is adaptive.</summary>
        public RuleKeys AdaptationKeys { get; } = RuleKeys.OfAdaptations(rule);

        /// <summary>The rate limit as JSON.</summary>
        public byte[] Json { get; } = LimitJson.Write(rule);
    }
}
