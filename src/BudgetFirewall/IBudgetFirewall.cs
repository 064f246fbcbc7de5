namespace BudgetFirewall;

/// <summary>
/// Guards paid calls: checks or reserves budget before each one, and records its cost afterwards.
/// Thread-safe; one instance serves a whole process.
/// </summary>
/// <remarks>
/// <para>Each decision covers every budget and rate limit of the request in one atomic step: it is done whole, or denied and changes nothing.
/// In memory it takes no round trip and completes at once; with Redis it takes one.</para>
/// <para>Every state-changing call has an operation id, the request's or one made for it. Repeating a call with the same id and content
/// returns the first answer and changes nothing; with other content it is an <see cref="OperationConflictException"/>.</para>
/// <para>Bad input is refused before anything is touched: <see cref="ArgumentException"/> and <see cref="UnknownPriceException"/>.
/// Cancelling a call stops the waiting, not a write that has begun. A grant that arrives too late is given back in the background where the library
/// generated the operation's id. A grant under an id of the caller's is kept until the call is repeated or its lease ends.</para>
/// </remarks>
/// <example>Reserve, call, commit:
/// <code>
/// await using var reservation = await firewall.ReserveAsync(request, cancellationToken);
/// var answer = await CallProviderAsync(cancellationToken);
/// await reservation.CommitAsync(answer.Usage, cancellationToken);
/// </code></example>
public interface IBudgetFirewall : IAsyncDisposable
{
    /// <summary>The budgets, those configured and those changed at run time.</summary>
    IBudgetCatalog Budgets { get; }

    /// <summary>The rate limits, and their changes at run time.</summary>
    IRateLimitCatalog RateLimits { get; }

    /// <summary>The approvals that budgets of the enforcement <see cref="Enforcement.Escalate"/> ask for above their limit.</summary>
    IApprovals Approvals { get; }

    /// <summary>The pools: amounts that are shared out among scopes as budgets of their own.</summary>
    IQuotas Quotas { get; }

    /// <summary>The kind of scope by whose ids everything is counted apart: <see cref="BudgetFirewallOptions.PartitionBy"/>; null without partitions. No I/O.</summary>
    string? PartitionBy => null;

    /// <summary>The state of the outbox. No I/O.</summary>
    OutboxStatus Outbox => OutboxStatus.Off;

    /// <summary>Computes the cost of a request by the present prices, line by line. No I/O, no round trip.</summary>
    /// <param name="request">The request.</param>
    /// <exception cref="ArgumentNullException"><paramref name="request"/> is null.</exception>
    /// <exception cref="UnknownPriceException">Nothing prices the request.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The cost is above <see cref="BudgetFirewallOptions.MaxCost"/>.</exception>
    /// <exception cref="InvalidOperationException">A price modifier takes the cost below zero.</exception>
    CostBreakdown Estimate(BudgetRequest request);

    /// <summary>Computes the cost of each of several requests, in their order. No I/O, no round trip.</summary>
    /// <param name="requests">The requests.</param>
    /// <exception cref="ArgumentNullException"><paramref name="requests"/> or one of them is null.</exception>
    /// <exception cref="UnknownPriceException">Nothing prices a request.</exception>
    IReadOnlyList<CostBreakdown> EstimateMany(IEnumerable<BudgetRequest> requests);

    /// <summary>
    /// Checks whether a request fits, and takes its permits from rate limits. It charges no budget: charge the cost of the call afterwards.
    /// Concurrent callers may overshoot a budget by the calls in flight; with <see cref="ReserveAsync"/> they never do. One round trip.
    /// </summary>
    /// <param name="request">The request; where its cost or usage is unknown something must remain in every hard or escalating budget, and in a throttled one that is not to let it wait.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The decision, which allows the request.</returns>
    /// <exception cref="BudgetDeniedException">The request is denied.</exception>
    /// <exception cref="ArgumentException">The request is not valid for this configuration.</exception>
    /// <exception cref="OperationConflictException">The operation id was used for another check.</exception>
    /// <exception cref="OperationCanceledException">The waiting was cancelled.</exception>
    /// <example><code>
    /// await firewall.CheckAsync(request, cancellationToken);
    /// var answer = await CallProviderAsync(cancellationToken);
    /// await firewall.ChargeAsync(request with { Usage = answer.Usage }, cancellationToken);
    /// </code></example>
    ValueTask<BudgetDecision> CheckAsync(BudgetRequest request, CancellationToken cancellationToken = default);

    /// <summary>Does the same as <see cref="CheckAsync"/>, but returns a denial instead of throwing. One round trip.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="ArgumentException">The request is not valid for this configuration.</exception>
    /// <exception cref="OperationConflictException">The operation id was used with another check.</exception>
    /// <exception cref="OperationCanceledException">The waiting was cancelled.</exception>
    /// <returns>The decision.</returns>
    ValueTask<BudgetDecision> TryCheckAsync(BudgetRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Checks rate limits alone: takes a request's permits from them, whatever its budgets have left and whatever it costs. One round trip.
    /// </summary>
    /// <param name="request">The request. Its operation id is apart from those of <see cref="CheckAsync"/> and of all other operations.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The decision, which allows the request; its cost is 0, and it has no budgets.</returns>
    /// <exception cref="BudgetDeniedException">The request is denied.</exception>
    /// <exception cref="ArgumentException">The request is not valid for this configuration.</exception>
    /// <exception cref="OperationConflictException">The operation id was used for another such check.</exception>
    /// <exception cref="OperationCanceledException">The waiting was cancelled.</exception>
    ValueTask<BudgetDecision> CheckRateLimitsAsync(BudgetRequest request, CancellationToken cancellationToken = default);

    /// <summary>Does the same as <see cref="CheckRateLimitsAsync"/>, but returns a denial instead of throwing. One round trip.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The decision.</returns>
    /// <exception cref="ArgumentException">The request is not valid for this configuration.</exception>
    /// <exception cref="OperationConflictException">The operation id was used for another such check.</exception>
    /// <exception cref="OperationCanceledException">The waiting was cancelled.</exception>
    ValueTask<BudgetDecision> TryCheckRateLimitsAsync(BudgetRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sets the expected cost aside in every budget of the request, or denies it. Commit the reservation with what the call cost;
    /// disposing it without a commit releases it, and its lease ends it by itself. Never overshoots. One round trip.
    /// </summary>
    /// <param name="request">The request; its cost must be known where a hard, throttled or escalating money budget counts it: a priced model needs usage.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The reservation, which is granted.</returns>
    /// <exception cref="BudgetDeniedException">The request is denied.</exception>
    /// <exception cref="ArgumentException">The request is not valid for this configuration, or its price needs usage that it does not give.</exception>
    /// <exception cref="UnknownPriceException">A hard, throttled or escalating money budget counts the request and nothing prices it.</exception>
    /// <exception cref="OperationConflictException">The operation id was used with other content.</exception>
    /// <exception cref="OperationCanceledException">The waiting was cancelled.</exception>
    /// <example><code>
    /// await using var reservation = await firewall.ReserveAsync(request, cancellationToken);
    /// var answer = await CallProviderAsync(cancellationToken);
    /// await reservation.CommitAsync(answer.Usage, cancellationToken);
    /// </code></example>
    ValueTask<BudgetReservation> ReserveAsync(BudgetRequest request, CancellationToken cancellationToken = default);

    /// <summary>Does the same as <see cref="ReserveAsync"/>, but returns a denial instead of throwing. One round trip.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="ArgumentException">The request is not valid for this configuration, or its price needs usage that it does not give.</exception>
    /// <exception cref="UnknownPriceException">A hard, throttled or escalating money budget counts the request and nothing prices it.</exception>
    /// <exception cref="OperationConflictException">The operation id was used with other content.</exception>
    /// <exception cref="BudgetOverflowException">A total would pass what the store can count.</exception>
    /// <exception cref="OperationCanceledException">The waiting was cancelled.</exception>
    /// <returns>The reservation; look at <see cref="BudgetReservation.IsGranted"/>.</returns>
    ValueTask<BudgetReservation> TryReserveAsync(BudgetRequest request, CancellationToken cancellationToken = default);

    /// <summary>Checks and charges in one step, for a price known before the call. Never overshoots. One round trip.</summary>
    /// <param name="request">The request; its cost must be known where a hard, throttled or escalating money budget counts it: a priced model needs usage.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The decision, which allows the request.</returns>
    /// <exception cref="BudgetDeniedException">The request is denied and nothing is charged.</exception>
    /// <exception cref="ArgumentException">The request is not valid for this configuration, or its price needs usage that it does not give.</exception>
    /// <exception cref="UnknownPriceException">A hard, throttled or escalating money budget counts the request and nothing prices it.</exception>
    /// <exception cref="OperationConflictException">The operation id was used with other content.</exception>
    /// <exception cref="OperationCanceledException">The waiting was cancelled.</exception>
    /// <example><code>
    /// await firewall.SpendAsync(new BudgetRequest { Provider = "finnhub", Operation = "quote", UserId = "alice" });
    /// </code></example>
    ValueTask<BudgetDecision> SpendAsync(BudgetRequest request, CancellationToken cancellationToken = default);

    /// <summary>Does the same as <see cref="SpendAsync"/>, but returns a denial instead of throwing. One round trip.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="ArgumentException">The request is not valid for this configuration, or its price needs usage that it does not give.</exception>
    /// <exception cref="UnknownPriceException">A hard, throttled or escalating money budget counts the request and nothing prices it.</exception>
    /// <exception cref="OperationConflictException">The operation id was used with other content.</exception>
    /// <exception cref="BudgetOverflowException">A total would pass what the store can count.</exception>
    /// <exception cref="OperationCanceledException">The waiting was cancelled.</exception>
    /// <returns>The decision.</returns>
    ValueTask<BudgetDecision> TrySpendAsync(BudgetRequest request, CancellationToken cancellationToken = default);

    /// <summary>Records the cost of a call in every budget of the request, whether it fits or not. It is never denied. One round trip.</summary>
    /// <param name="request">The request with its actual usage or cost.</param>
    /// <param name="cancellationToken">Stops the waiting; the charge may have been recorded.</param>
    /// <returns>A receipt of what was recorded.</returns>
    /// <exception cref="ArgumentException">The request is not valid for this configuration, or its price needs usage that it does not give.</exception>
    /// <exception cref="BudgetOverflowException">A total would pass what the store can count.</exception>
    /// <exception cref="UnknownPriceException">A hard, throttled or escalating money budget counts the request and nothing prices it.</exception>
    /// <exception cref="OperationConflictException">The operation id was used with other content.</exception>
    /// <exception cref="ChargeUnconfirmedException">The store did not confirm; repeat with the operation id that the exception names.</exception>
    /// <exception cref="OperationCanceledException">The waiting was cancelled.</exception>
    /// <example><code>
    /// var receipt = await firewall.ChargeAsync(request with { Usage = answer.Usage }, cancellationToken);
    /// if (receipt.Overrun > 0) Console.WriteLine($"{receipt.Overrun} above the limit");
    /// </code></example>
    ValueTask<ChargeReceipt> ChargeAsync(BudgetRequest request, CancellationToken cancellationToken = default);

    /// <summary>Commits a reservation of any process by its id: charges a cost, and units at the reserved amounts. Two round trips.</summary>
    /// <param name="reservationId">The reservation's id.</param>
    /// <param name="cost">The cost, 0 to <see cref="BudgetFirewallOptions.MaxCost"/> currency units; finer than 0.000000001 is rounded up.</param>
    /// <param name="cancellationToken">Stops the waiting; the commit may have been recorded.</param>
    /// <returns>A receipt of what was recorded; a repetition with the same amount is a replay.</returns>
    /// <exception cref="ArgumentException">A value is outside its range.</exception>
    /// <exception cref="ReservationNotFoundException">There is no record of the reservation.</exception>
    /// <exception cref="OperationConflictException">It was committed with another amount, or released.</exception>
    /// <exception cref="ChargeUnconfirmedException">The store did not confirm; repeat it.</exception>
    ValueTask<ChargeReceipt> CommitAsync(string reservationId, decimal cost, CancellationToken cancellationToken = default);

    /// <summary>Commits a reservation of any process by its id: prices a usage and charges it. Two round trips.</summary>
    /// <param name="reservationId">The reservation's id.</param>
    /// <param name="usage">The usage of the call.</param>
    /// <param name="cancellationToken">Stops the waiting; the commit may have been recorded.</param>
    /// <returns>A receipt of what was recorded; a repetition with the same usage is a replay.</returns>
    /// <exception cref="ArgumentException">The id is empty, or the price needs usage that is not given.</exception>
    /// <exception cref="UnknownPriceException">Nothing prices the usage, nor did the request give a cost, and a hard, throttled or escalating money budget is held.</exception>
    /// <exception cref="ReservationNotFoundException">There is no record of the reservation.</exception>
    /// <exception cref="OperationConflictException">It was committed with another amount, or released.</exception>
    /// <exception cref="ChargeUnconfirmedException">The store did not confirm; repeat it.</exception>
    ValueTask<ChargeReceipt> CommitAsync(string reservationId, BudgetUsage usage, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives back what was charged, an amount or all that is left of a charge, in the counters and periods in which it was charged, as far as they are still there. It needs a ledger, which must have the charge.
    /// The sum of all corrections of a charge is never more than the charge, in however many processes they are made at once.
    /// </summary>
    /// <param name="correction">The charge, and the correction's id.</param>
    /// <param name="amount">The amount, above 0 and up to 9,000,000,000 currency units in steps of 0.000000001; null for all that is left.</param>
    /// <param name="cancellationToken">Stops the waiting; a refund that is noted in the ledger is made all the same.</param>
    /// <returns>A receipt; a repetition with the same content is a replay, however much later.</returns>
    /// <exception cref="ArgumentException">The amount is outside its range, the charge is not named in one way, or the partition is missing or superfluous.</exception>
    /// <exception cref="ChargeNotFoundException">The charge is not in the ledger, or not yet.</exception>
    /// <exception cref="CorrectionTooLargeException">Less is left of the charge.</exception>
    /// <exception cref="OperationConflictException">The correction's id was used before with other content.</exception>
    /// <exception cref="ChargeUnconfirmedException">The store did not confirm; repeat it, or wait: it is noted, and made within minutes by whichever process uses the ledger.</exception>
    /// <exception cref="NotSupportedException">The firewall has no ledger, or its ledger keeps no corrections.</exception>
    ValueTask<CorrectionReceipt> RefundAsync(ChargeCorrection correction, decimal? amount = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("This firewall cannot give back what was charged.");

    /// <summary>Gives back what a charge was more than its true cost, as <see cref="RefundAsync"/> does. Where the cost is what the charge costs already, nothing is changed and nothing recorded.</summary>
    /// <param name="correction">The charge, and the correction's id.</param>
    /// <param name="cost">The true cost, from 0 to what the charge costs now, in steps of 0.000000001. What a call has cost more is a charge of its own.</param>
    /// <param name="cancellationToken">Stops the waiting; a correction that is noted in the ledger is made all the same.</param>
    /// <returns>A receipt; a repetition with the same content is a replay, however much later.</returns>
    /// <exception cref="ArgumentException">The cost is outside its range, the charge is not named in one way, or the partition is missing or superfluous.</exception>
    /// <exception cref="ChargeNotFoundException">The charge is not in the ledger, or not yet.</exception>
    /// <exception cref="CorrectionTooLargeException">The charge costs less already.</exception>
    /// <exception cref="OperationConflictException">The correction's id was used before with other content.</exception>
    /// <exception cref="ChargeUnconfirmedException">The store did not confirm; repeat it, or wait: it is noted, and made within minutes by whichever process uses the ledger.</exception>
    /// <exception cref="NotSupportedException">The firewall has no ledger, or its ledger keeps no corrections.</exception>
    ValueTask<CorrectionReceipt> CorrectAsync(ChargeCorrection correction, decimal cost, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("This firewall cannot give back what was charged.");

    /// <summary>Releases a reservation of any process by its id. After its lease, or where no record is left, there is nothing to release. Two round trips.</summary>
    /// <param name="reservationId">The reservation's id.</param>
    /// <param name="cancellationToken">Stops the waiting; the release may have happened.</param>
    /// <exception cref="ArgumentException">The id is empty.</exception>
    /// <exception cref="OperationConflictException">It was committed.</exception>
    /// <exception cref="ChargeUnconfirmedException">The store did not confirm; repeat it.</exception>
    ValueTask ReleaseAsync(string reservationId, CancellationToken cancellationToken = default);

    /// <summary>Extends the lease of a reservation of any process by its id. Two round trips.</summary>
    /// <param name="reservationId">The reservation's id.</param>
    /// <param name="lease">The time from now, 1 second to 24 hours.</param>
    /// <param name="cancellationToken">Stops the waiting; the extension may have happened.</param>
    /// <returns>The new end: the old one, or now plus the lease where that is later; UTC by the store's clock.</returns>
    /// <exception cref="ArgumentException">A value is outside its range.</exception>
    /// <exception cref="ReservationNotFoundException">The reservation is unknown, settled, or at or after its end.</exception>
    /// <exception cref="ChargeUnconfirmedException">The store did not confirm; repeat it.</exception>
    ValueTask<DateTimeOffset> ExtendAsync(string reservationId, TimeSpan lease, CancellationToken cancellationToken = default);

    /// <summary>Reads the state of every budget and rate limit of one scope. One round trip.</summary>
    /// <param name="scope">One scope, not <see cref="BudgetScope.Each"/>.</param>
    /// <param name="partition">The partition where <see cref="BudgetFirewallOptions.PartitionBy"/> is set; otherwise null.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="ArgumentException">The scope is not one scope, or the partition is missing or superfluous.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    ValueTask<BudgetStatus> GetStatusAsync(BudgetScope scope, string? partition = null, CancellationToken cancellationToken = default);

    /// <summary>Reads the state of every budget and rate limit that a request meets, of all its scopes at once, and takes nothing. One round trip.</summary>
    /// <param name="request">The request. Its cost does not matter. Where it has a usage, limits on units that the usage does not name are left out.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="ArgumentNullException"><paramref name="request"/> is null.</exception>
    /// <exception cref="ArgumentException">The request has more than the options allow, or names no partition where budgets are partitioned.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    /// <example><code>
    /// var status = await firewall.GetStatusAsync(new BudgetRequest { Provider = "openai", UserId = "alice" });
    /// Console.WriteLine($"{status.ExceededCount} exceeded, {status.WarnedCount} warned, {status.Totals[0].LeastRemaining} {status.Currency} left");
    /// </code></example>
    ValueTask<RequestStatus> GetStatusAsync(BudgetRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Explains what <see cref="TryCheckAsync"/> would answer to a request now: every budget and rate limit that the request meets, with its verdict. Takes,
    /// charges and remembers nothing, whatever the answer is. One round trip.
    /// </summary>
    /// <param name="request">The request. Its operation id does not matter.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="ArgumentNullException"><paramref name="request"/> is null.</exception>
    /// <exception cref="ArgumentException">The request is not valid for this configuration.</exception>
    /// <exception cref="Storage.BudgetStoreException">The store did not answer.</exception>
    /// <exception cref="OperationCanceledException">The waiting was cancelled.</exception>
    /// <example><code>
    /// var explanation = await firewall.ExplainAsync(new BudgetRequest { Provider = "openai", UserId = "alice", Cost = 0.5m });
    /// foreach (var limit in explanation.Limits)
    ///     Console.WriteLine($"{limit.Id} ({limit.Source}): {limit.Verdict}, needs {limit.Needed} of {limit.Available}");
    /// </code></example>
    ValueTask<RequestExplanation> ExplainAsync(BudgetRequest request, CancellationToken cancellationToken = default);
}
