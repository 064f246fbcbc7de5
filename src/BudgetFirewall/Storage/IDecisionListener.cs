namespace BudgetFirewall.Storage;

/// <summary>
/// Hears of every check, reservation and spend once it is decided, also of those that were decided without the store. A store that <c>WrapStore</c> of the builders puts around another one is told if it
/// implements this. Thread-safe.
/// </summary>
public interface IDecisionListener
{
    /// <summary>Called once for each decision, after waiting for a turn or an approval, before the caller gets it. The caller waits meanwhile, so it must return at once, and it must not throw.</summary>
    /// <param name="request">The request.</param>
    /// <param name="call">The call that was made to the store, or would have been made.</param>
    /// <param name="answer">The store's answer; null when it gave none, or was not asked.</param>
    /// <param name="outcome">The outcome: allowed, or the reason for a denial.</param>
    void Decided(BudgetRequest request, DecisionCall call, DecisionAnswer? answer, DecisionOutcome outcome);
}
