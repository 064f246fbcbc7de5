using System.Runtime.CompilerServices;

namespace BudgetFirewall.Testing;

/// <summary>The approvals of a fake firewall: those that a test has asked for by <see cref="Ask"/>. They end as real ones do, and decide nothing. Thread-safe.</summary>
public sealed class FakeApprovals : IApprovals
{
    private readonly Lock _lock = new();
    private readonly List<Approval> _approvals = [];
    private readonly TimeProvider _timeProvider;

    internal FakeApprovals(TimeProvider timeProvider) => _timeProvider = timeProvider;

    /// <summary>Adds an approval, pending or ended. One with the same id is replaced.</summary>
    /// <param name="approval">The approval.</param>
    /// <exception cref="ArgumentNullException"><paramref name="approval"/> is null.</exception>
    public void Ask(Approval approval)
    {
        ArgumentNullException.ThrowIfNull(approval);
        lock (_lock)
        {
            _approvals.RemoveAll(other => other.Id == approval.Id);
            _approvals.Add(approval);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Approval> ListAsync(
        ApprovalState? state = null, string? budgetId = null, string? partition = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var approval in Listed(state, budgetId, partition))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return approval;
        }
        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<ApprovalPage> ListAsync(
        int count, string? cursor, ApprovalState? state = null, string? budgetId = null, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 1_000);
        var listed = Listed(state, budgetId, partition);
        var first = cursor is null ? 0 : listed.FindIndex(approval => approval.Id == cursor) + 1;
        var items = listed.Skip(first).Take(count).ToArray();
        return new(new ApprovalPage(items, first + items.Length < listed.Count ? items[^1].Id : null));
    }

    /// <inheritdoc/>
    public ValueTask<Approval?> FindAsync(string approvalId, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(approvalId);
        lock (_lock)
            return new(_approvals.Find(approval => approval.Id == approvalId && approval.Partition == partition));
    }

    /// <inheritdoc/>
    public ValueTask<Approval> ApproveAsync(string approvalId, decimal amount, ApprovalSignature? signature = null, string? partition = null, CancellationToken cancellationToken = default) =>
        amount > 0
            ? End(approvalId, ApprovalState.Approved, amount, signature, partition)
            : throw new ArgumentOutOfRangeException(nameof(amount), amount, "amount must be above 0.");

    /// <inheritdoc/>
    public ValueTask<Approval> DenyAsync(string approvalId, ApprovalSignature? signature = null, string? partition = null, CancellationToken cancellationToken = default) =>
        End(approvalId, ApprovalState.Denied, amount: null, signature, partition);

    /// <inheritdoc/>
    public ValueTask<Approval> CancelAsync(string approvalId, ApprovalSignature? signature = null, string? partition = null, CancellationToken cancellationToken = default) =>
        End(approvalId, ApprovalState.Cancelled, amount: null, signature, partition);

    private ValueTask<Approval> End(string approvalId, ApprovalState state, decimal? amount, ApprovalSignature? signature, string? partition)
    {
        ArgumentException.ThrowIfNullOrEmpty(approvalId);
        lock (_lock)
        {
            var place = _approvals.FindIndex(approval => approval.Id == approvalId && approval.Partition == partition);
            if (place < 0)
                throw new ApprovalNotFoundException(approvalId);
            if (_approvals[place].State != ApprovalState.Pending)
                throw new ApprovalConflictException(_approvals[place]);
            return new(_approvals[place] = _approvals[place] with
            {
                State = state,
                Amount = amount,
                DecidedBy = signature?.By,
                Note = signature?.Note,
                DecidedAt = _timeProvider.GetUtcNow(),
            });
        }
    }

    private List<Approval> Listed(ApprovalState? state, string? budgetId, string? partition)
    {
        lock (_lock)
            return [.. _approvals.Where(approval => approval.Partition == partition && (state is null || approval.State == state) && (budgetId is null || approval.BudgetId == budgetId))];
    }
}
