namespace BudgetFirewall.Redis.Tests;

/// <summary>The Redis store on a cluster of three nodes.</summary>
public sealed class ClusterHarness : RedisHarness
{
    protected override bool IsCluster => true;
}
