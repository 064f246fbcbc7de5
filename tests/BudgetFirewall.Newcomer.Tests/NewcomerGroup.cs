namespace BudgetFirewall.Newcomer.Tests;

/// <summary>All tests share one newcomer: what is packed, installed and built is so once.</summary>
[CollectionDefinition(nameof(Newcomer))]
public sealed class NewcomerGroup : ICollectionFixture<Newcomer>;
