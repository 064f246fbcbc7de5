namespace BudgetFirewall;

/// <summary>Left on a request that has been guarded, since error pages run the pipeline once more for it.</summary>
internal sealed class GuardMark
{
    public static GuardMark Instance { get; } = new();
}
