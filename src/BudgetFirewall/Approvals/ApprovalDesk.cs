using System.Runtime.CompilerServices;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Lists approvals and ends them.</summary>
internal sealed class ApprovalDesk(
    SettingsSource settingsSource, StoreCaller storeCaller, CatalogReader catalogReader, ApprovalAsker asker, DenialCache denials, EventReporter events, IPoolRest poolRest) : IApprovals
{
    private const int MaxPage = 1_000;
    private const int UsualPage = 100;

    public async IAsyncEnumerable<Approval> ListAsync(
        ApprovalState? state = null, string? budgetId = null, string? partition = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? cursor = null;
        do
        {
            var page = await ListAsync(UsualPage, cursor, state, budgetId, partition, cancellationToken).ConfigureAwait(false);
            foreach (var approval in page.Items)
                yield return approval;
            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }

    public async ValueTask<ApprovalPage> ListAsync(
        int count, string? cursor, ApprovalState? state = null, string? budgetId = null, string? partition = null, CancellationToken cancellationToken = default)
    {
        PageCount.Check(count, MaxPage);
        if (state is { } known && !Enum.IsDefined(known))
            throw new ArgumentOutOfRangeException(nameof(state), state, "There is no such state.");
        Identifier.CheckOptional(budgetId, nameof(budgetId));
        partition = Checked(partition);
        var after = ApprovalCursor.Read(cursor, nameof(cursor));
        var (found, last) = (new List<Approval>(), default(ApprovalPlace));
        while (true)
        {
            // Those of other budgets are left out here, so that many are read at once where few are wanted of one budget.
            var call = new ReadApprovalsCall { Partition = partition, State = state, Count = budgetId is null ? count - found.Count : MaxPage, After = after };
            var answer = await ReadAsync(call, cancellationToken).ConfigureAwait(false);
            after = answer.Next;
            foreach (var record in answer.Approvals.Where(record => budgetId is null || record.Rule.Id == budgetId))
            {
                if (found.Count == count)
                    return new(found, ApprovalCursor.Of(last));
                found.Add(ApprovalOf.Record(record, partition));
                last = new(record.RequestedAt, record.Id);
            }
            if (after is not { } next)
                return new(found, NextCursor: null);
            if (found.Count == count)
                return new(found, ApprovalCursor.Of(next));
        }
    }

    public async ValueTask<Approval?> FindAsync(string approvalId, string? partition = null, CancellationToken cancellationToken = default)
    {
        Identifier.Check(approvalId, nameof(approvalId));
        partition = Checked(partition);
        return await FindRecordAsync(approvalId, partition, cancellationToken).ConfigureAwait(false) is { } record ? ApprovalOf.Record(record, partition) : null;
    }

    public ValueTask<Approval> ApproveAsync(string approvalId, decimal amount, ApprovalSignature? signature = null, string? partition = null, CancellationToken cancellationToken = default) =>
        amount is > 0 and <= UnitAmount.Max
            ? EndAsync(ApprovalState.Approved, approvalId, amount, signature ?? new(), partition, cancellationToken)
            : throw new ArgumentOutOfRangeException(nameof(amount), amount, "amount must be above 0 and at most 9,000,000,000, or 9,000,000,000,000 units.");

    public ValueTask<Approval> DenyAsync(string approvalId, ApprovalSignature? signature = null, string? partition = null, CancellationToken cancellationToken = default) =>
        EndAsync(ApprovalState.Denied, approvalId, amount: 0, signature ?? new(), partition, cancellationToken);

    public ValueTask<Approval> CancelAsync(string approvalId, ApprovalSignature? signature = null, string? partition = null, CancellationToken cancellationToken = default) =>
        EndAsync(ApprovalState.Cancelled, approvalId, amount: 0, signature ?? new(), partition, cancellationToken);

    private async ValueTask<Approval> EndAsync(ApprovalState state, string approvalId, decimal amount, ApprovalSignature signature, string? partition, CancellationToken cancellationToken)
    {
        Identifier.Check(approvalId, nameof(approvalId));
        partition = Checked(partition);
        var record = await FindRecordAsync(approvalId, partition, cancellationToken).ConfigureAwait(false) ?? throw new ApprovalNotFoundException(approvalId);
        if (state == ApprovalState.Approved)
            CheckSecondPerson(record, signature);
        var settings = settingsSource.Current.Approvals;
        var call = new DecideApprovalCall
        {
            Partition = partition,
            Approval = record,
            State = state,
            Amount = record.Rule.Budget.AmountOf(amount, nameof(amount)),
            By = signature.By,
            Note = signature.Note,
            Fingerprint = RequestFingerprint.Fingerprint(
                state.ToString(), amount, approvalId, signature.OperationScope, signature.OperationId ?? OperationId.MakeUp().ToString(), signature.By, signature.Note),
            AskAgainAfter = settings.AskAgainAfter,
            Retention = settings.Retention,
        };
        // What a member of a pool is given comes out of what nobody has, before it is given; a repetition takes nothing more.
        if (call.Amount > 0 && record.State == ApprovalState.Pending && await PoolOfAsync(record, partition, cancellationToken).ConfigureAwait(false) is { } poolId)
            await poolRest.TakeAsync(partition, poolId, PoolTaking.ForApproval(approvalId, call.Amount, record.PeriodStart), cancellationToken).ConfigureAwait(false);
        var answer = await CallAsync(static (store, ending) => store.DecideApprovalAsync(ending), call, "approval", cancellationToken).ConfigureAwait(false);
        asker.Heard(partition, answer.Expired.AsSpan());
        return Ended(call, answer, isMadeUp: signature.OperationId is null);
    }

    /// <summary>Gives the approval as it has ended.</summary>
    /// <remarks>A replay under an id that was made up for this call is that of the store's client, which has asked again for a lost answer: the approval has ended just now.</remarks>
    private Approval Ended(DecideApprovalCall call, DecideApprovalAnswer answer, bool isMadeUp)
    {
        switch (answer.Status)
        {
            case DecideApprovalStatus.NotFound:
                throw new ApprovalNotFoundException(call.Approval.Id);
            case DecideApprovalStatus.Conflict:
                throw new ApprovalConflictException(ApprovalOf.Record(answer.Approval!, call.Partition));
            case DecideApprovalStatus.OutOfRange:
                throw new ArgumentOutOfRangeException("amount", call.Approval.Rule.ToDecimal(call.Amount), "The amount would raise the allowance above what a limit may be; nothing was changed.");
            case DecideApprovalStatus.Done:
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(answer), answer.Status, "There is no such status.");
        }
        var ended = answer.Approval!;
        if (!answer.IsReplay || isMadeUp)
        {
            if (ended.Amount > 0)
                denials.MadeRoom(call.Partition, ended.Rule.Family, ended.ScopeId);
            asker.Heard(call.Partition, ended);
        }
        return ApprovalOf.Record(ended, call.Partition);
    }

    /// <summary>The pool whose member's budget counts by now what the approval was asked for; null when there is none.</summary>
    private async ValueTask<string?> PoolOfAsync(ApprovalRecord record, string? partition, CancellationToken cancellationToken)
    {
        var limits = await catalogReader.ReadAsync(partition, storeCaller.Begin(cancellationToken)).ConfigureAwait(false);
        return limits.Budgets.ForScope(new(record.Rule.ScopeKind, record.ScopeId)).FirstOrDefault(rule => rule.Name == record.Rule.Name)?.Budget.PoolId;
    }

    private void CheckSecondPerson(ApprovalRecord record, ApprovalSignature signature)
    {
        if (!settingsSource.Current.Approvals.RequireSecondPerson)
            return;
        if (signature.By is not { } by)
            throw new SecondPersonRequiredException(record.Id, $"The approval '{record.Id}' needs the name of whoever approves it, since RequireSecondPerson is set; nothing was changed.");
        var asked = record.Request;
        if (by == asked.UserId || by == asked.OperationScope || (signature.OperationScope is { } scope && scope == asked.OperationScope))
            throw new SecondPersonRequiredException(record.Id, $"The approval '{record.Id}' cannot be approved by whoever has asked for it, since RequireSecondPerson is set; nothing was changed.");
    }

    private async ValueTask<ApprovalRecord?> FindRecordAsync(string approvalId, string? partition, CancellationToken cancellationToken) =>
        (await ReadAsync(new() { Partition = partition, Ids = [approvalId] }, cancellationToken).ConfigureAwait(false)).Approvals.FirstOrDefault();

    private ValueTask<ReadApprovalsAnswer> ReadAsync(ReadApprovalsCall call, CancellationToken cancellationToken) =>
        CallAsync(static (store, read) => store.ReadApprovalsAsync(read), call, "approvals", cancellationToken);

    private async ValueTask<TAnswer> CallAsync<TCall, TAnswer>(Func<IBudgetStore, TCall, ValueTask<TAnswer>> ask, TCall call, string operation, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await storeCaller.CallAsync(operation, ask, call, storeCaller.Begin(cancellationToken)).ConfigureAwait(false);
            events.StoreAnswered();
            return answer;
        }
        catch (BudgetStoreException e)
        {
            events.StoreFailed(operation, operationId: null, e, isDegraded: false);
            throw;
        }
    }

    private string? Checked(string? partition) => Partitions.Check(partition, settingsSource.Current.PartitionBy);
}
