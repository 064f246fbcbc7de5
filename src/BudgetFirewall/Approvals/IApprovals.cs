namespace BudgetFirewall;

/// <summary>
/// The approvals that budgets of the enforcement <see cref="Enforcement.Escalate"/> ask for above their limit. A counter has at most one that is pending in a period, and a budget at most 1,000.
/// Each ends once. What is approved is an allowance: it raises what the counter admits for the rest of its period, in every process at once. Thread-safe.
/// </summary>
/// <example><code>
/// await foreach (var asked in firewall.Approvals.ListAsync(ApprovalState.Pending))
///     await firewall.Approvals.ApproveAsync(asked.Id, 25m, by: "bob", note: "for the demo");
/// </code></example>
public interface IApprovals
{
    /// <summary>Lists approvals in the order in which they were asked for, a round trip for each hundred.</summary>
    /// <param name="state">The state of those that are listed; null: all.</param>
    /// <param name="budgetId">The budget that they were asked for; null: any.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="ArgumentException">The partition is missing or superfluous, or the budget's id is empty, too long or ill-formed.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    IAsyncEnumerable<Approval> ListAsync(ApprovalState? state = null, string? budgetId = null, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>Lists approvals in pages.</summary>
    /// <param name="count">The most approvals of the page, 1 to 1,000.</param>
    /// <param name="cursor">The cursor of the page, from the page before; null for the first.</param>
    /// <param name="state">The state of those that are listed; null: all.</param>
    /// <param name="budgetId">The budget that they were asked for; null: any.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is outside its range, or there is no such state.</exception>
    /// <exception cref="ArgumentException">The cursor is none, the partition is missing or superfluous, or the budget's id is empty, too long or ill-formed.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask<ApprovalPage> ListAsync(
        int count, string? cursor, ApprovalState? state = null, string? budgetId = null, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>Finds an approval. One round trip.</summary>
    /// <param name="approvalId">The approval's id.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The approval; null when there is none, or its record is past its time.</returns>
    /// <exception cref="ArgumentException">The id is empty, too long or ill-formed, or the partition is missing or superfluous.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask<Approval?> FindAsync(string approvalId, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>Approves an amount: the counter's allowance grows by it, in one step with the approval's end. Three round trips.</summary>
    /// <param name="approvalId">The approval's id.</param>
    /// <param name="amount">The amount, in currency units or units of usage, above 0 and as fine as the budget is counted.</param>
    /// <param name="signature">Who approves, and why; null: that is not said.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting; the amount may have been approved.</param>
    /// <returns>The approval as it has ended. A repetition with the same operation id and content gets the same answer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The amount is 0 or less, too fine or too large, or the counter's allowance would be above what a limit may be. Nothing was changed.</exception>
    /// <exception cref="ArgumentException">The id is empty, too long or ill-formed, or the partition is missing or superfluous.</exception>
    /// <exception cref="ApprovalNotFoundException">There is no such approval.</exception>
    /// <exception cref="ApprovalConflictException">It has ended before.</exception>
    /// <exception cref="SecondPersonRequiredException"><see cref="ApprovalOptions.RequireSecondPerson"/>: whoever approves is not named, or has asked.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask<Approval> ApproveAsync(string approvalId, decimal amount, ApprovalSignature? signature = null, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>Approves an amount, as <see cref="ApproveAsync(string, decimal, ApprovalSignature?, string?, CancellationToken)"/> does.</summary>
    /// <param name="approvalId">The approval's id.</param>
    /// <param name="amount">The amount.</param>
    /// <param name="by">Who approves.</param>
    /// <param name="note">A note; null for none.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting; the amount may have been approved.</param>
    /// <returns>The approval as it has ended.</returns>
    ValueTask<Approval> ApproveAsync(string approvalId, decimal amount, string by, string? note = null, string? partition = null, CancellationToken cancellationToken = default) =>
        ApproveAsync(approvalId, amount, new ApprovalSignature { By = by, Note = note }, partition, cancellationToken);

    /// <summary>
    /// Refuses an approval. Its counter asks for no other for <see cref="ApprovalOptions.AskAgainAfter"/>, or until its period ends. Two round trips.
    /// </summary>
    /// <param name="approvalId">The approval's id.</param>
    /// <param name="signature">Who denies it, and why; null: that is not said.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting; it may have been denied.</param>
    /// <returns>The approval as it has ended.</returns>
    /// <exception cref="ArgumentException">The id is empty, too long or ill-formed, or the partition is missing or superfluous.</exception>
    /// <exception cref="ApprovalNotFoundException">There is no such approval.</exception>
    /// <exception cref="ApprovalConflictException">It has ended before.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask<Approval> DenyAsync(string approvalId, ApprovalSignature? signature = null, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>Takes an approval back without an answer: the counter's next refusal asks for another one. Two round trips.</summary>
    /// <param name="approvalId">The approval's id.</param>
    /// <param name="signature">Who cancels it, and why; null: that is not said.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting; it may have been cancelled.</param>
    /// <returns>The approval as it has ended.</returns>
    /// <exception cref="ArgumentException">The id is empty, too long or ill-formed, or the partition is missing or superfluous.</exception>
    /// <exception cref="ApprovalNotFoundException">There is no such approval.</exception>
    /// <exception cref="ApprovalConflictException">It has ended before.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask<Approval> CancelAsync(string approvalId, ApprovalSignature? signature = null, string? partition = null, CancellationToken cancellationToken = default);
}
