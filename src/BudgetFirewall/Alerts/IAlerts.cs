namespace BudgetFirewall;

/// <summary>
/// The alerts of a firewall: what somebody should look at. With a ledger of SQLite or PostgreSQL they are in its database, where every process sees them; without one they are in this process, and gone with it. Events make
/// them in the background, and no decision waits for one. Thread-safe.
/// </summary>
/// <example><code>
/// var alerts = provider.GetRequiredService&lt;IAlerts&gt;();
/// foreach (var alert in (await alerts.ListAsync(AlertState.Open)).Alerts)
/// {
///     Console.WriteLine($"{alert.Severity} {alert.Event.Text} ({alert.Count} times)");
///     await alerts.AcknowledgeAsync(alert.Id, by: "carol");
/// }
/// </code></example>
public interface IAlerts
{
    /// <summary>Lists alerts, the latest first.</summary>
    /// <param name="state">The state of those that are listed; null for all.</param>
    /// <param name="count">The most that a page has, 1 to 1,000.</param>
    /// <param name="cursor">The cursor of the page before; null for the first.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ArgumentException"><paramref name="count"/> is outside its range, or <paramref name="cursor"/> is none.</exception>
    ValueTask<AlertPage> ListAsync(AlertState? state = null, int count = 100, string? cursor = null, CancellationToken cancellationToken = default);

    /// <summary>Finds an alert.</summary>
    /// <param name="id">The id.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The alert; null when there is none.</returns>
    ValueTask<Alert?> FindAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Takes note that somebody looks. One that is acknowledged or resolved already stays as it is, so that the call may be repeated.</summary>
    /// <param name="id">The id.</param>
    /// <param name="by">The person; null for somebody without a name.</param>
    /// <param name="note">A note, at most 1,000 characters; null for none.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The alert as it is now; null when there is none.</returns>
    /// <exception cref="ArgumentException"><paramref name="by"/> or <paramref name="note"/> is empty or too long.</exception>
    ValueTask<Alert?> AcknowledgeAsync(string id, string? by = null, string? note = null, CancellationToken cancellationToken = default);

    /// <summary>Resolves an alert by hand, which those need whose cause does not end by itself. One that is resolved already stays as it is.</summary>
    /// <param name="id">The id.</param>
    /// <param name="by">The person; null for somebody without a name.</param>
    /// <param name="note">A note, at most 1,000 characters; null for none.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The alert as it is now; null when there is none.</returns>
    /// <exception cref="ArgumentException"><paramref name="by"/> or <paramref name="note"/> is empty or too long.</exception>
    ValueTask<Alert?> ResolveAsync(string id, string? by = null, string? note = null, CancellationToken cancellationToken = default);

    /// <summary>Looks now at budgets and at the causes of open alerts, as it is done every <see cref="AlertOptions.LookEvery"/>. Processes that look at the same time make each alert once.</summary>
    /// <param name="cancellationToken">Ends the looking.</param>
    /// <exception cref="Storage.BudgetStoreException">The store does not answer.</exception>
    ValueTask LookAsync(CancellationToken cancellationToken = default);
}
