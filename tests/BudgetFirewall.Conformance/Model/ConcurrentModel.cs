namespace BudgetFirewall.Conformance;

/// <summary>Random operations from many threads: every invariant holds, and the answers fit one order of events.</summary>
public abstract class ConcurrentModel<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    [Fact]
    public Task Random_operations_from_2_to_32_threads_leave_exactly_what_their_answers_add_up_to() =>
        ConcurrentOperations.RunAsync(Harness, Harness.Scaled(300), store => store);
}
