using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>
/// A store of what is spent and held, of what rate limits have let through, of operations, and of limits set at run time. One decision is one call, done whole or not at all.
/// </summary>
/// <remarks>
/// <para>Implementations are thread-safe. Time is the store's own clock: it decides periods, leases and refill.
/// No call takes a cancellation token: a caller may stop waiting, but a write that has begun is finished.</para>
/// <para>A call that cannot be answered throws <see cref="BudgetStoreException"/>; the firewall bounds the waiting with <see cref="BudgetFirewallOptions.StoreTimeout"/>.
/// An operation's record is read before catalog, period and amounts; amounts are checked before the first write.</para>
/// </remarks>
public interface IBudgetStore : IAsyncDisposable
{
    /// <summary>
    /// Decides or charges one request over all of its limits in one transaction. The store decides: it answers with each limit's verdict, and its callers derive no refusals of their own.
    /// </summary>
    /// <param name="call">The decision or charge.</param>
    /// <returns>The status of the call, the verdict of each limit, and the limits' readings.</returns>
    /// <exception cref="BudgetStoreException">The store could not answer.</exception>
    ValueTask<DecisionAnswer> DecideAsync(DecisionCall call);

    /// <summary>
    /// Undoes a check or reservation whose caller does not wait for its turn any longer. The turn is given back to each limit that nobody else has taken from since; elsewhere it passes unused.
    /// A reservation's hold is given back, and its record or that of a check is forgotten, so that the same operation may be asked for anew.
    /// Nothing is undone once the answer was given to somebody else too, by a replay before or after the turn, or the reservation is settled.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="answer">The store's answer to it, which is no replay.</param>
    /// <returns>False when nothing was undone.</returns>
    /// <exception cref="BudgetStoreException">The store could not answer.</exception>
    ValueTask<bool> UndoAsync(DecisionCall call, DecisionAnswer answer);

    /// <summary>
    /// Judges a check over all of its limits in one transaction, as <see cref="DecideAsync"/> would, and does nothing: nothing is taken, recorded or remembered, no
    /// expiry moves, and no approval is asked for.
    /// </summary>
    /// <param name="call">The check. Its operation id does not matter: what was answered under it before is not looked at.</param>
    /// <returns>
    /// The verdict of each limit, and the limits' readings. The status is done where the check would be done, denied where it would be denied, or says that the
    /// catalog is stale.
    /// </returns>
    /// <exception cref="BudgetStoreException">The store could not answer.</exception>
    ValueTask<DecisionAnswer> ExplainAsync(DecisionCall call);

    /// <summary>Commits or releases a reservation.</summary>
    /// <param name="call">The settlement.</param>
    /// <returns>The status of the settlement, and the readings of the reservation's budgets.</returns>
    /// <exception cref="BudgetStoreException">The store could not answer.</exception>
    ValueTask<SettleAnswer> SettleAsync(SettleCall call);

    /// <summary>Extends the lease of an open reservation to <c>max(old end, now + lease)</c>.</summary>
    /// <param name="reservation">The reservation.</param>
    /// <param name="lease">The time from now, 1 second to 24 hours.</param>
    /// <returns>The new end, UTC; null when the reservation is unknown, settled, or at or after its end.</returns>
    /// <exception cref="BudgetStoreException">The store could not answer.</exception>
    ValueTask<DateTimeOffset?> ExtendAsync(HeldReservation reservation, TimeSpan lease);

    /// <summary>The record of a reservation, open or settled.</summary>
    /// <param name="partition">Its partition; null without partitions.</param>
    /// <param name="operationScope">The scope that owns the operation's id; null when it has none.</param>
    /// <param name="operationId">The id of the operation that made it.</param>
    /// <returns>The record; null when it is unknown or past its time.</returns>
    /// <exception cref="BudgetStoreException">The store could not answer.</exception>
    ValueTask<HeldReservation?> FindReservationAsync(string? partition, string? operationScope, string operationId);

    /// <summary>
    /// The secret that makes the ids of a partition's reservations impossible to guess: 32 random bytes, made once, the same for every process
    /// that shares the partition, and kept for as long as any of its records.
    /// </summary>
    /// <param name="partition">The partition; null without partitions.</param>
    /// <returns>The secret; empty until this process knows it, which it does once a call of the partition was answered.</returns>
    /// <remarks>
    /// Returns at once, without a round trip: it is called whenever a reservation's id is made or verified. A store that wraps another returns the secret of
    /// that one.
    /// </remarks>
    ReadOnlyMemory<byte> ReservationSecret(string? partition);

    /// <summary>Reads the state of limits; changes nothing.</summary>
    /// <param name="call">The limits to read.</param>
    /// <returns>The readings of the limits.</returns>
    /// <exception cref="BudgetStoreException">The store could not answer.</exception>
    ValueTask<StatusAnswer> ReadStatusAsync(StatusCall call);

    /// <summary>
    /// Takes up what a provider has said in every adaptive rate limit that it concerns, in one transaction. An overloaded one falls unless it has fallen within its cooldown, and grows again by the calls that
    /// take from it. A limit that pauses has no room until the pause is over, and no report makes a pause shorter. See <see cref="AdaptiveRule"/>.
    /// </summary>
    /// <param name="call">The report.</param>
    /// <returns>The change of each rate limit; or that the catalog or the time is another one, and nothing was done.</returns>
    /// <remarks>A limit that nobody has used for a day may be forgotten, which puts it back to its ceiling. A report that is repeated within the cooldown changes nothing more.</remarks>
    /// <exception cref="BudgetStoreException">The store could not answer.</exception>
    ValueTask<AdaptAnswer> AdaptAsync(AdaptCall call);

    /// <summary>
    /// The limit, in the present period, of a budget whose limit follows from use. The first call works it out from the amounts spent in <see cref="CounterRule.PeriodsBefore"/> by
    /// <see cref="CounterRule.LimitAfter"/>. From then on it is kept until the period's end under <see cref="CounterRule.FrozenLimitName"/>, and is the answer to every later call, whatever is
    /// charged to past periods. Nothing needs to be kept where no past period has a counter.
    /// </summary>
    /// <param name="partition">The partition; null without partitions.</param>
    /// <param name="rule">The budget.</param>
    /// <param name="scopeId">The scope's id.</param>
    /// <returns>The limit, and the period in which it counts.</returns>
    /// <remarks>So that there are past counters, a store keeps each counter of such a budget as long as <see cref="CounterRule.KeptUntil"/> says.</remarks>
    /// <exception cref="BudgetStoreException">The store could not answer.</exception>
    ValueTask<FrozenLimit> FreezeLimitAsync(string? partition, CounterRule rule, string scopeId);

    /// <summary>The changes of a partition's runtime budgets and rate limits since a version, or the first part of them.</summary>
    /// <param name="partition">The partition; null without partitions.</param>
    /// <param name="knownVersion">The version that the caller knows, from its last read; empty when it knows none, and then all limits are changes.</param>
    /// <returns>The changes; none where the version is the present one.</returns>
    /// <remarks>A read takes a time that depends on the number of changes and not on that of all limits, and does not hold up decisions.</remarks>
    /// <exception cref="BudgetStoreException">The store could not answer.</exception>
    ValueTask<CatalogChanges> ReadCatalogAsync(string? partition, string knownVersion);

    /// <summary>
    /// Adds runtime budgets and rate limits or replaces those with their ids, all or none, if the catalog still has the expected version. Both kinds share one
    /// catalog and its version; a budget and a rate limit of the same id are two limits.
    /// </summary>
    /// <param name="partition">The partition; null without partitions.</param>
    /// <param name="expectedVersion">The version that the limits were checked against.</param>
    /// <param name="limits">The limits, 1 to 1,000, each with another kind or id.</param>
    /// <param name="changes">What a ledger is told if they are set, in the same step by a store that streams to one (<see cref="IStreamingStore"/>); other stores ignore it.</param>
    /// <returns>The catalog's new version; null when the catalog has another one than expected, and nothing was changed.</returns>
    /// <exception cref="BudgetStoreException">The store could not answer.</exception>
    ValueTask<string?> SetLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitDefinition> limits, ImmutableArray<LimitChange> changes = default);

    /// <summary>Removes a runtime budget or rate limit.</summary>
    /// <param name="partition">The partition; null without partitions.</param>
    /// <param name="limit">The kind and id of the limit.</param>
    /// <returns>False when there is no such runtime limit.</returns>
    /// <exception cref="BudgetStoreException">The store could not answer.</exception>
    ValueTask<bool> RemoveLimitAsync(string? partition, LimitKey limit);

    /// <summary>Removes runtime budgets and rate limits, all or none, if the catalog still has the expected version. Those that are not there do not matter.</summary>
    /// <param name="partition">The partition; null without partitions.</param>
    /// <param name="expectedVersion">The version that the caller knows.</param>
    /// <param name="limits">The kinds and ids of the limits, 1 to 1,000, each another one.</param>
    /// <param name="changes">What a ledger is told if any of them is removed, in the same step by a store that streams to one (<see cref="IStreamingStore"/>); other stores ignore it.</param>
    /// <returns>The catalog's new version, the present one where nothing was there; null when the catalog has another one than expected, and nothing was changed.</returns>
    /// <exception cref="BudgetStoreException">The store could not answer.</exception>
    ValueTask<string?> RemoveLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitKey> limits, ImmutableArray<LimitChange> changes = default);

    /// <summary>
    /// Sets a counter's spent amount in its present period to zero and arms its warnings again; holds stay, and so does the allowance, unless the period does not end: then it ends with the reset.
    /// </summary>
    /// <param name="partition">The partition; null without partitions.</param>
    /// <param name="family">The family of the counter.</param>
    /// <param name="scopeId">The scope's id.</param>
    /// <returns>The change; null when there was no counter, or the store does not tell.</returns>
    /// <exception cref="BudgetStoreException">The store could not answer.</exception>
    ValueTask<CounterReset?> ResetAsync(string? partition, CounterFamily family, string scopeId);

    /// <summary>Reads counters of present or past periods; changes nothing. A past counter is there for as long as <see cref="CounterRule.KeptUntil"/> says.</summary>
    /// <param name="partition">The partition; null without partitions.</param>
    /// <param name="counters">The counters, 1 to 256.</param>
    /// <returns>The readings, without holds that have ended.</returns>
    /// <exception cref="BudgetStoreException">The store could not answer.</exception>
    ValueTask<CountersAnswer> ReadCountersAsync(string? partition, ImmutableArray<CounterName> counters);

    /// <summary>Reads a document.</summary>
    /// <param name="partition">The partition; null without partitions.</param>
    /// <param name="name">The document's name, 1 to 1,000 characters of anything well-formed.</param>
    /// <param name="knownVersion">The version that the caller knows, whose content it does not need; null when it knows none.</param>
    /// <returns>The document; null when there is none.</returns>
    /// <exception cref="BudgetStoreException">The store could not answer.</exception>
    ValueTask<StoreDocument?> ReadDocumentAsync(string? partition, string name, string? knownVersion);

    /// <summary>Writes or removes a document, if it still has the expected version.</summary>
    /// <param name="partition">The partition; null without partitions.</param>
    /// <param name="name">The document's name, 1 to 1,000 characters of anything well-formed.</param>
    /// <param name="expectedVersion">The version that the caller has read; empty where there must be no such document.</param>
    /// <param name="content">The content; null removes the document.</param>
    /// <param name="expiresAt">The time at which the document ends by itself; null: never.</param>
    /// <param name="changes">What a ledger is told if the document is written, in the same step by a store that streams to one (<see cref="IStreamingStore"/>); other stores pass it over.</param>
    /// <returns>The new version, empty where the document was removed; null when it has another version than expected, and nothing was changed.</returns>
    /// <exception cref="BudgetStoreException">The store could not answer.</exception>
    ValueTask<string?> WriteDocumentAsync(
        string? partition, string name, string expectedVersion, ReadOnlyMemory<byte>? content, DateTimeOffset? expiresAt, ImmutableArray<LimitChange> changes = default);

    /// <summary>
    /// Raises the allowance of a counter in its present period, or lowers it as far as it is not used, in one transaction. Where there is no counter yet it is made, and kept as long as
    /// <see cref="CounterRule.KeptUntil"/> says. Fires no warning, and arms none. The operation's record is looked at before the period.
    /// </summary>
    /// <param name="call">The allowance.</param>
    /// <returns>The amount that was moved and the counter's reading; or that nothing was changed, and why.</returns>
    /// <exception cref="BudgetStoreException">The store could not answer.</exception>
    ValueTask<AllowanceAnswer> GrantAsync(AllowanceCall call);

    /// <summary>
    /// Takes what is given back of a charge out of the counters of the periods in which it was charged, as far as these are still there and so much is spent in them, in one transaction. No counter is made, and no
    /// warning is armed again. The correction's record is looked at before everything else.
    /// </summary>
    /// <param name="call">The correction.</param>
    /// <returns>The amounts that were really taken; or that nothing was changed, and why.</returns>
    /// <exception cref="BudgetStoreException">The store could not answer.</exception>
    ValueTask<CorrectionAnswer> CorrectAsync(CorrectionCall call);

    /// <summary>
    /// Asks for approvals: for each counter the one that is pending, or a new one. Nothing is made for a counter that does not refuse any more as it did, for one whose approval was denied not long
    /// ago, and where the budget has <see cref="AskApprovalCall.MaxPending"/> pending ones. Nothing but approvals is touched.
    /// </summary>
    /// <param name="call">The counters that have refused, and the request.</param>
    /// <exception cref="BudgetStoreException">The store could not answer.</exception>
    ValueTask<AskApprovalAnswer> AskApprovalAsync(AskApprovalCall call);

    /// <summary>
    /// Ends a pending approval, and raises the allowance of its counter in its period by what is approved, in one transaction. One that has ended stays as it is.
    /// </summary>
    /// <param name="call">The approval and its end.</param>
    /// <exception cref="BudgetStoreException">The store could not answer.</exception>
    ValueTask<DecideApprovalAnswer> DecideApprovalAsync(DecideApprovalCall call);

    /// <summary>Reads approvals. One that is pending and past its end is read as expired.</summary>
    /// <param name="call">The approvals that are wanted.</param>
    /// <exception cref="BudgetStoreException">The store could not answer.</exception>
    ValueTask<ReadApprovalsAnswer> ReadApprovalsAsync(ReadApprovalsCall call);
}
