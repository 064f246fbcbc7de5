namespace BudgetFirewall.Conformance;

/// <summary>The random operations find what is wrong with stores that are broken on purpose.</summary>
public abstract class BrokenStoresAreCaught<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Theory]
    [InlineData("loses a charge in one of its scopes")]
    [InlineData("admits one nano too much")]
    [InlineData("forgets to give a released hold back")]
    [InlineData("charges a replay again")]
    [InlineData("takes from a bucket though it denies")]
    [InlineData("does not notice that the catalog has changed")]
    public async Task A_store_is_caught_that(string fault)
    {
        var e = (await FluentActions.Awaiting(() => RandomOperations.RunAsync(Harness, sequences: 1_000, BrokenStore.All[fault])).Should().ThrowAsync<Exception>()).Which;

        e.Message.Should().Contain("Shrunk");
        e.Message.Should().Contain(nameof(ModelDifferenceException));
    }

    [Fact]
    public async Task A_store_is_caught_that_looks_first_and_charges_afterwards()
    {
        var e = (await FluentActions.Awaiting(() => ConcurrentOperations.RunAsync(Harness, runs: 200, store => new ChecksThenCharges(store))).Should().ThrowAsync<Exception>()).Which;

        e.Message.Should().Contain(nameof(ModelDifferenceException));
    }
}
