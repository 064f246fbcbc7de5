namespace BudgetFirewall.Testing;

/// <summary>What goes wrong with a call to a store. <see cref="StoreFault"/> has the usual ones; implement it for others. Implementations are thread-safe.</summary>
public interface IStoreFault
{
    /// <summary>Makes the call, or does not, and gives its answer, or does not.</summary>
    /// <typeparam name="T">The type of the answer.</typeparam>
    /// <param name="call">The call to the store.</param>
    ValueTask<T> ApplyAsync<T>(Func<ValueTask<T>> call);
}
