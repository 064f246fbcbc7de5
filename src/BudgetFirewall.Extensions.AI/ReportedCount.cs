using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>Counts as providers report them, made into counts that can be added up and charged.</summary>
internal static class ReportedCount
{
    /// <summary>The highest count that a usage holds.</summary>
    public const long Max = 9_000_000_000_000;

    /// <summary>A count within the range of a usage; null for none, and for a negative one, which is not taken for zero.</summary>
    public static long? Of(long? reported) => reported is { } count and >= 0 ? Math.Min(count, Max) : null;

    /// <summary>Adds a report to the sum of those of the same call. Negative counts are left out and enormous ones cut, so that they do not spoil the sum.</summary>
    public static void Add(UsageDetails sum, UsageDetails reported)
    {
        // All other counts of the type are added as they are.
        var plausible = new UsageDetails();
        plausible.Add(reported);
        plausible.InputTokenCount = Of(reported.InputTokenCount);
        plausible.OutputTokenCount = Of(reported.OutputTokenCount);
        plausible.TotalTokenCount = Of(reported.TotalTokenCount);
        plausible.CachedInputTokenCount = Of(reported.CachedInputTokenCount);
        plausible.ReasoningTokenCount = Of(reported.ReasoningTokenCount);
        foreach (var (name, count) in reported.AdditionalCounts ?? [])
            plausible.AdditionalCounts![name] = Of(count) ?? 0;
        sum.Add(plausible);
    }
}
