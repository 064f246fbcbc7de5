using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Finds which causes of an alert are over, as far as looking tells. It looks once at the store, for all alerts. Not thread-safe.</summary>
/// <param name="firewall">The firewall.</param>
/// <param name="now">The time now.</param>
/// <param name="storeAwayFor">The time after which a process that has said that the store is away, and says so no more, is taken for gone.</param>
/// <param name="anyPartition">Some partition, by which the store is asked; null without partitions.</param>
internal sealed class CauseCheck(IBudgetFirewall firewall, DateTimeOffset now, TimeSpan storeAwayFor, string? anyPartition)
{
    /// <summary>A partition by which a store of partitions is asked whether it answers.</summary>
    public const string AnyPartition = "start";

    private const string StoreAnswers = "The store answers.";

    /// <summary>The process that saw the store go may be gone itself, and say no more that it is back.</summary>
    public static readonly TimeSpan StoreAwayFor = TimeSpan.FromMinutes(5);

    private bool _isStoreAway;
    private bool? _doesStoreAnswer;

    /// <summary>The causes that are over, with the reasons as sentences. One that cannot be looked at, as the store does not answer, is not over.</summary>
    public async ValueTask<IReadOnlyDictionary<AlertCause, string>> FindOverAsync(AlertRecord record, CancellationToken cancellationToken)
    {
        var over = new Dictionary<AlertCause, string>();
        foreach (var cause in record.Causes)
        {
            if (cause.EndsAt is { } end && end <= now)
                over[cause] = AlertBook.TimeIsOver;
            else if (!_isStoreAway && await TryReasonOfAsync(record, cause, cancellationToken).ConfigureAwait(false) is { } reason)
                over[cause] = reason;
        }
        return over;
    }

    private async ValueTask<string?> TryReasonOfAsync(AlertRecord record, AlertCause cause, CancellationToken cancellationToken)
    {
        try
        {
            return await ReasonOfAsync(record, cause, cancellationToken).ConfigureAwait(false);
        }
        catch (BudgetStoreException)
        {
            // The others are told what is due all the same, and nobody waits for the store again and again.
            _isStoreAway = true;
            return null;
        }
    }

    private async ValueTask<string?> ReasonOfAsync(AlertRecord record, AlertCause cause, CancellationToken cancellationToken) => cause.Kind switch
    {
        AlertCauseKind.Budget => await IsBelowAsync(cause, cancellationToken).ConfigureAwait(false),
        AlertCauseKind.Pool => await PoolWatch.HasRoomAsync(firewall, cause, cancellationToken).ConfigureAwait(false),
        AlertCauseKind.Store => record.Alert.LastAt <= now - storeAwayFor && await DoesStoreAnswerAsync(cancellationToken).ConfigureAwait(false) ? StoreAnswers : null,
        AlertCauseKind.Approval => await IsAnsweredAsync(cause, cancellationToken).ConfigureAwait(false) ? "The approval is not asked for any more." : null,
        AlertCauseKind.Lasting or AlertCauseKind.Ledger => null,
        _ => throw new InvalidOperationException($"There is no cause {cause.Kind}."),
    };

    private async ValueTask<string?> IsBelowAsync(AlertCause cause, CancellationToken cancellationToken)
    {
        const string Gone = "The budget is no longer there.";
        if (!BudgetScope.TryParse(cause.Scope, out var scope) || scope.IsEach)
            return Gone;
        try
        {
            var status = await firewall.GetStatusAsync(scope, cause.Partition, cancellationToken).ConfigureAwait(false);
            var budget = status.Budgets.FirstOrDefault(budget => budget.BudgetId == cause.Id);
            return budget is null ? Gone : budget.Utilization < cause.Threshold ? "What is spent is below the threshold again." : null;
        }
        catch (ArgumentException)
        {
            // It was of a firewall with partitions, or without, which this one is not.
            return Gone;
        }
    }

    // Whoever has answered may have died before it was told, or have no alerts.
    private async ValueTask<bool> IsAnsweredAsync(AlertCause cause, CancellationToken cancellationToken)
    {
        try
        {
            return cause.Id is { } id && await firewall.Approvals.FindAsync(id, cause.Partition, cancellationToken).ConfigureAwait(false) is { State: not ApprovalState.Pending };
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private async ValueTask<bool> DoesStoreAnswerAsync(CancellationToken cancellationToken)
    {
        if (_doesStoreAnswer is null)
        {
            await firewall.Budgets.ListAsync(1, afterId: null, anyPartition, cancellationToken).ConfigureAwait(false);
            _doesStoreAnswer = true;
        }
        return _doesStoreAnswer.Value;
    }
}
