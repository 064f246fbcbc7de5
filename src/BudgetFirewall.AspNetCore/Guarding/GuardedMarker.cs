namespace BudgetFirewall;

/// <summary>The mark of a request that has been guarded; error pages run the pipeline once more for it, and must not guard it again.</summary>
internal sealed class GuardedMarker
{
    public static GuardedMarker Instance { get; } = new();
}
