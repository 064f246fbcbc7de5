using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>Collects what a call of a generator has used: the reported tokens, the images that came back, and the seconds of audio.</summary>
internal sealed class MediaTally
{
    private UsageDetails? _reported;
    private long _images;
    private decimal? _seconds;

    /// <summary>True once anything has come back, empty or not.</summary>
    public bool HasSeenAny { get; private set; }

    public void Add(IEnumerable<AIContent> contents, UsageDetails? usage = null, TimeSpan? end = null)
    {
        HasSeenAny = true;
        foreach (var content in contents)
        {
            if (content is DataContent data && data.HasTopLevelMediaType("image") || content is UriContent uri && uri.HasTopLevelMediaType("image"))
                _images++;
            else if (content is UsageContent report && usage is null)
                ReportedCount.Add(_reported ??= new(), report.Details);
        }
        if (usage is not null)
            ReportedCount.Add(_reported ??= new(), usage);
        if (end is { } time && time > TimeSpan.Zero)
            _seconds = Math.Max(_seconds ?? 0, Math.Ceiling(time.Ticks / (decimal)TimeSpan.TicksPerMillisecond) / 1_000m);
    }

    /// <summary>The usage of the call; IsEstimated is true when nothing was reported or measured.</summary>
    /// <param name="expected">The usage that was expected; null for none.</param>
    public (BudgetUsage Usage, bool IsEstimated) ToUsage(BudgetUsage? expected)
    {
        var usage = expected ?? new();
        if (_reported is not null)
            (usage, _) = UsageMapping.Of(_reported, usage.InputTokens ?? 0, usage.OutputTokens ?? 0, unreportedOutput: 0);
        var units = new Dictionary<string, decimal>(expected?.Units ?? new Dictionary<string, decimal>(), StringComparer.Ordinal);
        if (_reported is not null && usage.Units is { } reported)
        {
            foreach (var (unit, amount) in reported)
                units[unit] = amount;
        }
        if (_images > 0)
            units[UsageUnits.Image] = _images;
        if (_seconds is { } seconds)
            units[MediaUnits.Second] = seconds;
        return (usage with { Units = units.Count == 0 ? null : units, ServiceTier = expected?.ServiceTier }, _reported is null && _images == 0 && _seconds is null);
    }
}
