using BudgetFirewall.Storage;

namespace BudgetFirewall.Testing;

internal sealed class LostAnswer : IStoreFault
{
    public async ValueTask<T> ApplyAsync<T>(Func<ValueTask<T>> call)
    {
        await call().ConfigureAwait(false);
        throw new BudgetStoreException("The answer was lost.");
    }
}
