namespace BudgetFirewall.Redis.Tests;

/// <summary>The tests on the shared server.</summary>
[CollectionDefinition(Name)]
public sealed class SharedServerGroup : ICollectionFixture<SharedServer>
{
    public const string Name = "Shared server";
}
