using BudgetFirewall.Storage;

namespace BudgetFirewall.Testing;

internal sealed class RefusedCall(string message, bool mayHaveHappened = true, bool isNeverAllowed = false) : IStoreFault
{
    public ValueTask<T> ApplyAsync<T>(Func<ValueTask<T>> call) =>
        ValueTask.FromException<T>(new BudgetStoreException(message) { MayHaveHappened = mayHaveHappened, IsNeverAllowed = isNeverAllowed });
}
