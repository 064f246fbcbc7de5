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
        var e = await Assert.ThrowsAnyAsync<Exception>(() => RandomOperations.RunAsync(Harness, sequences: 1_000, BrokenStore.All[fault]));

        Assert.Contains("Shrunk", e.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(ModelDifferenceException), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_is_caught_that_looks_first_and_charges_afterwards()
    {
        var e = await Assert.ThrowsAnyAsync<Exception>(() => ConcurrentOperations.RunAsync(Harness, runs: 200, store => new ChecksThenCharges(store)));

        Assert.Contains(nameof(ModelDifferenceException), e.Message, StringComparison.Ordinal);
    }
}
