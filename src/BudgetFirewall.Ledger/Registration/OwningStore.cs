using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>A store with which something else is closed, after it.</summary>
internal sealed class OwningStore(IBudgetStore inner, IAsyncDisposable owned) : DelegatingBudgetStore(inner)
{
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync().ConfigureAwait(false);
        await owned.DisposeAsync().ConfigureAwait(false);
    }
}
