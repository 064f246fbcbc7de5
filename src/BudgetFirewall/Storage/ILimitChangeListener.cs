namespace BudgetFirewall.Storage;

/// <summary>
/// Hears of every budget, rate limit, pool and approval that this process has changed, once the store has confirmed it. A store that <c>WrapStore</c> of the builders puts around another one is told if it
/// implements this. Thread-safe.
/// </summary>
public interface ILimitChangeListener
{
    /// <summary>Called once for each change, before the caller gets its answer. The caller waits meanwhile, so it must return at once, and it must not throw.</summary>
    /// <param name="change">The change.</param>
    void Changed(LimitChange change);
}
