namespace BudgetFirewall.Storage;

/// <summary>
/// Hears of every event of a firewall, to record it. A store that <c>WrapStore</c> of the builders puts around another one is told if it implements this. Thread-safe.
/// </summary>
public interface IEventListener
{
    /// <summary>Called once for each event. A caller may wait meanwhile, so it must return at once, and it must not throw.</summary>
    /// <param name="budgetEvent">The event.</param>
    void Raised(BudgetEvent budgetEvent);
}
