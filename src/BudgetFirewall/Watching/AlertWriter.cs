using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>Writes what becomes of alerts, and tells it: to the log, and as events of the firewall. Thread-safe.</summary>
/// <param name="store">The place where they are kept.</param>
/// <param name="settings">Gives the settings in force.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="logger">The log.</param>
/// <param name="source">The source of the firewall's events.</param>
internal sealed class AlertWriter(IAlertStore store, Func<AlertSettings> settings, TimeProvider timeProvider, ILogger logger, string source)
{
    /// <summary>The group that takes what is beyond the most alerts of a rule.</summary>
    private const string Others = "others";

    private const int MostInOnePage = 500;

    /// <summary>Raises an event of the firewall.</summary>
    public Action<BudgetEvent> Raise { get; set; } = static _ => { };

    /// <summary>True for an event that makes an alert, or ends one.</summary>
    public bool IsWanted(BudgetEvent e) => AlertCauses.EndedBy(e) is not null || settings().Rules.Any(rule => rule.Chooses(e));

    /// <summary>Writes what events make of alerts, all of it or nothing.</summary>
    /// <param name="events">The events, in their order.</param>
    /// <param name="isSeen">True for what was seen by looking, which is no news where an alert has its cause.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public ValueTask WriteAsync(IReadOnlyList<BudgetEvent> events, bool isSeen, CancellationToken cancellationToken) => ChangeAsync(
        async (changes, write, token) =>
        {
            foreach (var e in events)
            {
                if (AlertCauses.EndedBy(e) is { } kind)
                    await EndAsync(changes, write, kind, e, token).ConfigureAwait(false);
                foreach (var rule in settings().Rules.Where(rule => rule.Chooses(e)))
                {
                    if (await HappenedAsync(changes, rule, e, isSeen, token).ConfigureAwait(false) is { } change)
                        await write(change).ConfigureAwait(false);
                }
            }
        },
        cancellationToken);

    /// <summary>Changes one alert.</summary>
    /// <param name="alertId">The id.</param>
    /// <param name="change">Gives the changed alert; null for no change.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The alert as it is now; null when there is none.</returns>
    public async ValueTask<AlertRecord?> ChangeAsync(string alertId, Func<AlertRecord, AlertChange?> change, CancellationToken cancellationToken)
    {
        AlertRecord? present = null;
        await ChangeAsync(
            async (changes, write, token) =>
            {
                present = await changes.FindAsync(alertId, token).ConfigureAwait(false);
                if (present is null || change(present) is not { } changed)
                    return;
                await write(changed).ConfigureAwait(false);
                present = changed.Record;
            },
            cancellationToken).ConfigureAwait(false);
        return present;
    }

    private async ValueTask ChangeAsync(Func<IAlertChanges, Func<AlertChange, ValueTask>, CancellationToken, ValueTask> change, CancellationToken cancellationToken)
    {
        var reported = new List<(AlertChange Change, BudgetEvent Event)>();
        await store.ChangeAsync(
            (changes, token) =>
            {
                reported.Clear();
                return change(changes, WriteAsync, token);

                ValueTask WriteAsync(AlertChange changed)
                {
                    var e = EventOf(changed);
                    if (e is not null)
                        reported.Add((changed, e));
                    return changes.WriteAsync(changed.Record, e, token);
                }
            },
            cancellationToken).ConfigureAwait(false);
        foreach (var (changed, e) in reported)
            Tell(changed, e);
    }

    private async ValueTask<AlertChange?> HappenedAsync(IAlertChanges changes, AlertRule rule, BudgetEvent e, bool isSeen, CancellationToken cancellationToken)
    {
        var group = rule.GroupOf(e);
        var latest = await changes.FindLatestAsync(rule.Name, group, cancellationToken).ConfigureAwait(false);
        if (latest is not { Alert.State: AlertState.Open or AlertState.Acknowledged } && await changes.CountOpenAsync(rule.Name, cancellationToken).ConfigureAwait(false) >= settings().MaxOpen)
        {
            group = Others;
            latest = await changes.FindLatestAsync(rule.Name, group, cancellationToken).ConfigureAwait(false);
        }
        return AlertBook.Happened(latest, rule, group, e, isSeen, timeProvider.GetUtcNow());
    }

    private async ValueTask EndAsync(IAlertChanges changes, Func<AlertChange, ValueTask> write, AlertCauseKind kind, BudgetEvent e, CancellationToken cancellationToken)
    {
        for (var after = 0L; ;)
        {
            var page = await changes.ReadOpenAsync(kind, after, MostInOnePage, cancellationToken).ConfigureAwait(false);
            foreach (var record in page)
            {
                if (AlertBook.Ended(record, cause => AlertCauses.IsEndedBy(cause, e), e.Text, timeProvider.GetUtcNow()) is { } change)
                    await write(change).ConfigureAwait(false);
            }
            if (page.Count < MostInOnePage)
                return;
            after = page[^1].Number;
        }
    }

    private BudgetEvent? EventOf(AlertChange change) => change.News switch
    {
        AlertNews.None => null,
        AlertNews.Opened => EventOf(change.Record.Alert, BudgetEventTypes.AlertOpened),
        AlertNews.Resolved => EventOf(change.Record.Alert, BudgetEventTypes.AlertResolved),
        _ => throw new InvalidOperationException($"There is no news {change.News}."),
    };

    private BudgetEvent EventOf(Alert alert, string type)
    {
        var data = alert.Event.Data with
        {
            AlertId = alert.Id,
            Rule = alert.Rule,
            EventType = alert.Event.Type,
            Severity = BudgetEventTypes.TextOf(alert.Severity),
            Text = EventText.Of(alert.Event),
            Count = alert.Count,
            FirstAt = alert.OpenedAt,
            LastAt = alert.LastAt,
        };
        return new(type, timeProvider.GetUtcNow(), alert.Id)
        {
            Source = source,
            Scope = alert.Event.Scope,
            Partition = alert.Event.Partition,
            Data = type == BudgetEventTypes.AlertResolved ? data with { By = alert.ResolvedBy, Reason = alert.Resolution } : data,
        };
    }

    private void Tell(AlertChange change, BudgetEvent e)
    {
        var (alert, level) = (change.Record.Alert, LevelOf(change.Record.Alert.Severity));
        if (change.News == AlertNews.Opened)
            AlertLog.Opened(logger, level, alert.Id, alert.Rule, alert.Event.Type);
        else
            AlertLog.Resolved(logger, alert.Id, alert.Rule, alert.Event.Type);
        Raise(e);
    }

    private static LogLevel LevelOf(BudgetEventSeverity severity) => severity switch
    {
        BudgetEventSeverity.Information => LogLevel.Information,
        BudgetEventSeverity.Warning => LogLevel.Warning,
        BudgetEventSeverity.Error => LogLevel.Error,
        _ => throw new InvalidOperationException($"There is no severity {severity}."),
    };
}
