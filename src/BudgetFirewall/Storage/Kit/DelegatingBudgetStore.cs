using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>
/// A store around another one, to which it passes every call. Override what is to be seen or changed; register it by
/// <c>WrapStore</c> of the builders. Disposing it disposes the inner store.
/// </summary>
/// <example><code>
/// public sealed class LoggedCharges(IBudgetStore inner, ILogger logger) : DelegatingBudgetStore(inner)
/// {
///     public override async ValueTask&lt;SettleAnswer&gt; SettleAsync(SettleCall call)
///     {
///         var answer = await base.SettleAsync(call);
///         logger.LogInformation("{Id}: {Status}", call.Reservation.OperationId, answer.Status);
///         return answer;
///     }
/// }
/// </code></example>
public abstract class DelegatingBudgetStore : IBudgetStore
{
    /// <summary>A store around another one.</summary>
    /// <param name="inner">The store that does the calls.</param>
    /// <exception cref="ArgumentNullException"><paramref name="inner"/> is null.</exception>
    protected DelegatingBudgetStore(IBudgetStore inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Inner = inner;
    }

    /// <summary>The store that does the calls.</summary>
    protected IBudgetStore Inner { get; }

    /// <summary>The store that does the calls in the end, inside of all that are put around it.</summary>
    /// <param name="store">The outermost store.</param>
    /// <exception cref="ArgumentNullException"><paramref name="store"/> is null.</exception>
    public static IBudgetStore InnermostOf(IBudgetStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        while (store is DelegatingBudgetStore outer)
            store = outer.Inner;
        return store;
    }

    /// <summary>The stores among those around one another that are something besides, from the outside in.</summary>
    internal static IReadOnlyList<T> AllOf<T>(IBudgetStore store) where T : class
    {
        var found = new List<T>();
        for (var next = store; next is not null; next = (next as DelegatingBudgetStore)?.Inner)
        {
            if (next is T one)
                found.Add(one);
        }
        return found;
    }

    /// <inheritdoc/>
    public virtual ValueTask<DecisionAnswer> DecideAsync(DecisionCall call) => Inner.DecideAsync(call);

    /// <inheritdoc/>
    public virtual ValueTask<bool> UndoAsync(DecisionCall call, DecisionAnswer answer) => Inner.UndoAsync(call, answer);

    /// <inheritdoc/>
    public virtual ValueTask<DecisionAnswer> ExplainAsync(DecisionCall call) => Inner.ExplainAsync(call);

    /// <inheritdoc/>
    public virtual ValueTask<SettleAnswer> SettleAsync(SettleCall call) => Inner.SettleAsync(call);

    /// <inheritdoc/>
    public virtual ValueTask<DateTimeOffset?> ExtendAsync(HeldReservation reservation, TimeSpan lease) => Inner.ExtendAsync(reservation, lease);

    /// <inheritdoc/>
    public virtual ValueTask<HeldReservation?> FindReservationAsync(string? partition, string? operationScope, string operationId) =>
        Inner.FindReservationAsync(partition, operationScope, operationId);

    /// <inheritdoc/>
    public virtual ReadOnlyMemory<byte> ReservationSecret(string? partition) => Inner.ReservationSecret(partition);

    /// <inheritdoc/>
    public virtual ValueTask<StatusAnswer> ReadStatusAsync(StatusCall call) => Inner.ReadStatusAsync(call);

    /// <inheritdoc/>
    public virtual ValueTask<AdaptAnswer> AdaptAsync(AdaptCall call) => Inner.AdaptAsync(call);

    /// <inheritdoc/>
    public virtual ValueTask<FrozenLimit> FreezeLimitAsync(string? partition, CounterRule rule, string scopeId) => Inner.FreezeLimitAsync(partition, rule, scopeId);

    /// <inheritdoc/>
    public virtual ValueTask<CatalogChanges> ReadCatalogAsync(string? partition, string knownVersion) => Inner.ReadCatalogAsync(partition, knownVersion);

    /// <inheritdoc/>
    public virtual ValueTask<string?> SetLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitDefinition> limits, ImmutableArray<LimitChange> changes = default) =>
        Inner.SetLimitsAsync(partition, expectedVersion, limits, changes);

    /// <inheritdoc/>
    public virtual ValueTask<bool> RemoveLimitAsync(string? partition, LimitKey limit) => Inner.RemoveLimitAsync(partition, limit);

    /// <inheritdoc/>
    public virtual ValueTask<string?> RemoveLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitKey> limits, ImmutableArray<LimitChange> changes = default) => Inner.RemoveLimitsAsync(partition, expectedVersion, limits, changes);

    /// <inheritdoc/>
    public virtual ValueTask<CounterReset?> ResetAsync(string? partition, CounterFamily family, string scopeId) => Inner.ResetAsync(partition, family, scopeId);

    /// <inheritdoc/>
    public virtual ValueTask<CountersAnswer> ReadCountersAsync(string? partition, ImmutableArray<CounterName> counters) => Inner.ReadCountersAsync(partition, counters);

    /// <inheritdoc/>
    public virtual ValueTask<StoreDocument?> ReadDocumentAsync(string? partition, string name, string? knownVersion) => Inner.ReadDocumentAsync(partition, name, knownVersion);

    /// <inheritdoc/>
    public virtual ValueTask<string?> WriteDocumentAsync(
        string? partition, string name, string expectedVersion, ReadOnlyMemory<byte>? content, DateTimeOffset? expiresAt, ImmutableArray<LimitChange> changes = default) =>
        Inner.WriteDocumentAsync(partition, name, expectedVersion, content, expiresAt, changes);

    /// <inheritdoc/>
    public virtual ValueTask<AllowanceAnswer> GrantAsync(AllowanceCall call) => Inner.GrantAsync(call);

    /// <inheritdoc/>
    public virtual ValueTask<CorrectionAnswer> CorrectAsync(CorrectionCall call) => Inner.CorrectAsync(call);

    /// <inheritdoc/>
    public virtual ValueTask<AskApprovalAnswer> AskApprovalAsync(AskApprovalCall call) => Inner.AskApprovalAsync(call);

    /// <inheritdoc/>
    public virtual ValueTask<DecideApprovalAnswer> DecideApprovalAsync(DecideApprovalCall call) => Inner.DecideApprovalAsync(call);

    /// <inheritdoc/>
    public virtual ValueTask<ReadApprovalsAnswer> ReadApprovalsAsync(ReadApprovalsCall call) => Inner.ReadApprovalsAsync(call);

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Inner.DisposeAsync().ConfigureAwait(false);
    }
}
