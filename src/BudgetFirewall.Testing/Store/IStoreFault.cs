namespace BudgetFirewall.Testing;

/// <summary>A fault that strikes a call to a store. <see cref="StoreFault"/> has the usual ones; implement it for others. Implementations are thread-safe.</summary>
public interface IStoreFault
{
    /// <summary>Applies the fault to a call: the call may be left out, and its answer may be lost.</summary>
    /// <typeparam name="T">The type of the answer.</typeparam>
    /// <param name="call">The call to the store.</param>
    ValueTask<T> ApplyAsync<T>(Func<ValueTask<T>> call);
}
