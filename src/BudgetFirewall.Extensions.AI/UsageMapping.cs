using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>Usage as providers report it, made into usage as it is priced.</summary>
internal static class UsageMapping
{
    /// <summary>Makes a usage of the reported counts and, for those that were not reported, of estimates.</summary>
    /// <param name="reported">The usage reported; empty for none.</param>
    /// <param name="estimatedInput">The estimated tokens of the prompt.</param>
    /// <param name="estimatedOutput">The estimated tokens of all that was seen of the answer.</param>
    /// <param name="unreportedOutput">The estimated tokens of the content that came after the last report, where the answer broke off.</param>
    public static (BudgetUsage Usage, bool IsEstimated) Of(UsageDetails reported, long estimatedInput, long estimatedOutput, long unreportedOutput)
    {
        var (input, output, isEstimated) = Wholes(reported, estimatedInput, estimatedOutput);
        var parts = new ReportedTokenDetails(reported);
        (input, output) = parts.PutInside(input, output, ReportedCount.Of(reported.TotalTokenCount) ?? 0);
        if (ReportedCount.Of(reported.OutputTokenCount) is not null || ReportedCount.Of(reported.TotalTokenCount) is not null)
        {
            output += unreportedOutput;
            isEstimated |= unreportedOutput > 0;
        }
        return (parts.ToUsage(input, output), isEstimated);
    }

    /// <summary>A usage of a call that has no output: its total is its input.</summary>
    public static (BudgetUsage Usage, bool IsEstimated) OfEmbeddings(UsageDetails reported, long estimatedInput)
    {
        var input = ReportedCount.Of(reported.InputTokenCount) ?? ReportedCount.Of(reported.TotalTokenCount);
        var parts = new ReportedTokenDetails(reported);
        var (whole, output) = parts.PutInside(input ?? estimatedInput, ReportedCount.Of(reported.OutputTokenCount) ?? 0, total: 0);
        return (parts.ToUsage(whole, output), input is null);
    }

    /// <summary>Units with the number of images that came back, unless the provider counts them itself.</summary>
    public static IReadOnlyDictionary<string, decimal>? WithImages(IReadOnlyDictionary<string, decimal>? units, long images) =>
        images == 0 || units?.ContainsKey(UsageUnits.Image) is true ? units : new Dictionary<string, decimal>(units ?? new Dictionary<string, decimal>()) { [UsageUnits.Image] = images };

    private static (long Input, long Output, bool IsEstimated) Wholes(UsageDetails reported, long estimatedInput, long estimatedOutput) =>
        (ReportedCount.Of(reported.InputTokenCount), ReportedCount.Of(reported.OutputTokenCount), ReportedCount.Of(reported.TotalTokenCount)) switch
        {
            ({ } input, { } output, _) => (input, output, false),
            ({ } input, null, { } total) => (input, Math.Max(0, total - input), false),
            (null, { } output, { } total) => (Math.Max(0, total - output), output, false),
            (null, null, { } total) => (Math.Min(estimatedInput, total), total - Math.Min(estimatedInput, total), total > 0),
            ({ } input, null, null) => (input, estimatedOutput, true),
            (null, { } output, null) => (estimatedInput, output, true),
            _ => (estimatedInput, estimatedOutput, true),
        };
}
