using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>A client of a store that passes every call on; disposing it leaves the store to its owner. Faulty stores are made from it.</summary>
public class StoreDecorator(IBudgetStore inner) : DelegatingBudgetStore(inner)
{
#pragma warning disable CA2215 // The inner store is another's.
    public override ValueTask DisposeAsync()
#pragma warning restore CA2215
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
