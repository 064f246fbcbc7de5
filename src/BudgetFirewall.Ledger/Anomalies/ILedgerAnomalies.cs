namespace BudgetFirewall;

/// <summary>The hours of a ledger in which a scope has spent far more than was expected of it, and the budgets that are spent too fast. Thread-safe.</summary>
/// <example><code>
/// await using var anomalies = LedgerAnomalies.Open(ledger, options => options.Kinds = ["user", "project"]);
/// await anomalies.EvaluateAsync();
/// var page = await anomalies.ListAsync(new() { From = yesterday, Scope = BudgetScope.User("alice") });
/// foreach (var found in page.Anomalies)
///     Console.WriteLine($"{found.Scope} has spent {found.Seen} from {found.Hour:t} on, where {found.Expected} was expected.");
/// </code></example>
public interface ILedgerAnomalies
{
    /// <summary>
    /// Looks at the hours that have ended since the last evaluation, and at the one that goes on. What is found is written once, whichever process finds it, with an event for the subscriptions that are to hear of it.
    /// </summary>
    /// <param name="cancellationToken">Ends the evaluation; what was found by then is written.</param>
    /// <exception cref="LedgerException">The database cannot be reached or refuses.</exception>
    /// <exception cref="Storage.BudgetStoreException">The firewall's store does not answer, which burn rates need. Hours were evaluated.</exception>
    ValueTask<AnomalyEvaluation> EvaluateAsync(CancellationToken cancellationToken = default);

    /// <summary>Lists what was found, those found last first.</summary>
    /// <param name="query">The query; null for all.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ArgumentException">The times are reversed, or the cursor is none.</exception>
    /// <exception cref="LedgerException">The database cannot be read.</exception>
    ValueTask<LedgerAnomalyPage> ListAsync(LedgerAnomalyQuery? query = null, CancellationToken cancellationToken = default);

    /// <summary>Tells what is expected of a scope in the hour that a time lies in, and what was seen. It writes nothing.</summary>
    /// <param name="scope">The scope, of one id.</param>
    /// <param name="time">The time.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ArgumentException">The scope is that of every id of a kind, or the time is before 1970.</exception>
    /// <exception cref="LedgerException">The database cannot be read.</exception>
    ValueTask<SpendExpectation> ExpectAsync(BudgetScope scope, DateTimeOffset time, CancellationToken cancellationToken = default);
}
