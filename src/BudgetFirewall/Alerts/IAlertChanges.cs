namespace BudgetFirewall.Storage;

/// <summary>The alerts of a store within one change, which nobody writes beside. Not thread-safe.</summary>
public interface IAlertChanges
{
    /// <summary>Finds the latest alert of a rule and a group; null when there is none.</summary>
    /// <param name="rule">The rule's name.</param>
    /// <param name="group">The key of the group.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    ValueTask<AlertRecord?> FindLatestAsync(string rule, string group, CancellationToken cancellationToken);

    /// <summary>Finds an alert; null when there is none.</summary>
    /// <param name="alertId">The id.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    ValueTask<AlertRecord?> FindAsync(string alertId, CancellationToken cancellationToken);

    /// <summary>Reads alerts that are not resolved and have a cause of some kind, by their numbers.</summary>
    /// <param name="kinds">The kinds of causes.</param>
    /// <param name="after">The number after which the page begins; 0 for the first.</param>
    /// <param name="count">The most that is read.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    ValueTask<IReadOnlyList<AlertRecord>> ReadOpenAsync(AlertCauseKind kinds, long after, int count, CancellationToken cancellationToken);

    /// <summary>Counts the alerts of a rule that are not resolved.</summary>
    /// <param name="rule">The rule's name.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    ValueTask<long> CountOpenAsync(string rule, CancellationToken cancellationToken);

    /// <summary>Writes an alert in the place of what there is of its id.</summary>
    /// <param name="record">The alert.</param>
    /// <param name="notice">The event that tells of it, which is recorded with it where events are recorded; null for none.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    ValueTask WriteAsync(AlertRecord record, BudgetEvent? notice, CancellationToken cancellationToken);
}
