namespace BudgetFirewall.Conformance;

/// <summary>Random operations against the reference model: no difference.</summary>
public abstract class SequentialModel<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public Task Ten_thousand_random_sequences_of_operations_end_as_the_model_says() =>
        RandomOperations.RunAsync(Harness, Harness.Scaled(10_000), store => store);
}
