using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests.Registration;

/// <summary>A store in memory that counts its calls, hears when it is disposed, and answers only when its script says so.</summary>
internal sealed class ScriptedStore(BudgetStoreContext context, Func<Task>? beforeAnswer = null) : IBudgetStore
{
    private readonly MemoryBudgetStore _inner = new(context.TimeProvider);
    private int _calls;
    private int _disposals;

    public BudgetStoreContext Context { get; } = context;

    public int Calls => _calls;

    public int Disposals => _disposals;

    public async ValueTask<DecisionAnswer> DecideAsync(DecisionCall call) => await (await Answering()).DecideAsync(call);

    public async ValueTask<bool> UndoAsync(DecisionCall call, DecisionAnswer answer) => await (await Answering()).UndoAsync(call, answer);

    public async ValueTask<SettleAnswer> SettleAsync(SettleCall call) => await (await Answering()).SettleAsync(call);

    public async ValueTask<DateTimeOffset?> ExtendAsync(HeldReservation reservation, TimeSpan lease) => await (await Answering()).ExtendAsync(reservation, lease);

    public async ValueTask<HeldReservation?> FindReservationAsync(string? partition, string? operationScope, string operationId) =>
        await (await Answering()).FindReservationAsync(partition, operationScope, operationId);

    public ReadOnlyMemory<byte> ReservationSecret(string? partition) => _inner.ReservationSecret(partition);

    public async ValueTask<AdaptAnswer> AdaptAsync(AdaptCall call) => await (await Answering()).AdaptAsync(call);

    public async ValueTask<AskApprovalAnswer> AskApprovalAsync(AskApprovalCall call) => await (await Answering()).AskApprovalAsync(call);

    public async ValueTask<DecideApprovalAnswer> DecideApprovalAsync(DecideApprovalCall call) => await (await Answering()).DecideApprovalAsync(call);

    public async ValueTask<ReadApprovalsAnswer> ReadApprovalsAsync(ReadApprovalsCall call) => await (await Answering()).ReadApprovalsAsync(call);

    public async ValueTask<StatusAnswer> ReadStatusAsync(StatusCall call) => await (await Answering()).ReadStatusAsync(call);

    public async ValueTask<FrozenLimit> FreezeLimitAsync(string? partition, CounterRule rule, string scopeId) => await (await Answering()).FreezeLimitAsync(partition, rule, scopeId);

    public async ValueTask<CatalogChanges> ReadCatalogAsync(string? partition, string knownVersion) => await (await Answering()).ReadCatalogAsync(partition, knownVersion);

    public async ValueTask<string?> SetLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitDefinition> limits, ImmutableArray<LimitChange> changes = default) =>
        await (await Answering()).SetLimitsAsync(partition, expectedVersion, limits, changes);

    public async ValueTask<bool> RemoveLimitAsync(string? partition, LimitKey limit) => await (await Answering()).RemoveLimitAsync(partition, limit);

    public async ValueTask<string?> RemoveLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitKey> limits, ImmutableArray<LimitChange> changes = default) =>
        await (await Answering()).RemoveLimitsAsync(partition, expectedVersion, limits, changes);


    public async ValueTask<DecisionAnswer> ExplainAsync(DecisionCall call) => await (await Answering()).ExplainAsync(call);

    public async ValueTask<CounterReset?> ResetAsync(string? partition, CounterFamily family, string scopeId) => await (await Answering()).ResetAsync(partition, family, scopeId);

    public async ValueTask<CountersAnswer> ReadCountersAsync(string? partition, ImmutableArray<CounterName> counters) => await (await Answering()).ReadCountersAsync(partition, counters);

    public async ValueTask<StoreDocument?> ReadDocumentAsync(string? partition, string name, string? knownVersion) => await (await Answering()).ReadDocumentAsync(partition, name, knownVersion);

    public async ValueTask<string?> WriteDocumentAsync(
        string? partition, string name, string expectedVersion, ReadOnlyMemory<byte>? content, DateTimeOffset? expiresAt, ImmutableArray<LimitChange> changes = default) =>
        await (await Answering()).WriteDocumentAsync(partition, name, expectedVersion, content, expiresAt, changes);

    public async ValueTask<AllowanceAnswer> GrantAsync(AllowanceCall call) => await (await Answering()).GrantAsync(call);

    public async ValueTask<CorrectionAnswer> CorrectAsync(CorrectionCall call) => await (await Answering()).CorrectAsync(call);

    public ValueTask DisposeAsync()
    {
        Interlocked.Increment(ref _disposals);
        return _inner.DisposeAsync();
    }

    private async Task<MemoryBudgetStore> Answering()
    {
        Interlocked.Increment(ref _calls);
        await (beforeAnswer?.Invoke() ?? Task.CompletedTask);
        return _inner;
    }
}
