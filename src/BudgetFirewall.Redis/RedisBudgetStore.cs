using System.Collections.Immutable;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>The store that many processes share: Redis 7.0 or later, or Valkey, alone, with replicas, or as a cluster. Time is the server's. Thread-safe.</summary>
/// <remarks>
/// One decision is one script and one round trip, whatever the number of budgets and rate limits; with <see cref="RedisBudgetStoreOptions.WaitForReplicas"/> two.
/// Nothing is sent before the first call, unless there is a ledger, whose delivery begins at once. Errors are repeated within <see cref="BudgetStoreContext.StoreTimeout"/> where that is safe.
/// </remarks>
public sealed class RedisBudgetStore : IBudgetStore, IStreamingStore
{
    private readonly EntryAppending _appending = new();
    private readonly RedisConnection _connection;
    private readonly RedisMetrics _metrics;
    private readonly ILogger _logger;
    private readonly PartitionTable _partitions;
    private readonly DecisionOperation _decisions;
    private readonly ConfirmedDecisions _confirmed;
    private readonly SettleOperation _settlements;
    private readonly UndoOperation _undoing;
    private readonly StatusOperation _status;
    private readonly AdaptOperation _adapting;
    private readonly LimitOperation _limits;
    private readonly AllowanceOperation _allowances;
    private readonly CorrectionOperation _corrections;
    private readonly CatalogOperation _catalog;
    private readonly ApprovalOperation _approvals;
    private readonly DocumentOperation _documents;
    private readonly ReplicaWait _replicas;
    private readonly Handshake _handshake;
    private readonly StreamedEntries _entries;

    /// <summary>A store over a connection that the application has made and closes itself.</summary>
    /// <param name="context">The firewall's settings and services for its store.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="options">The options of the store; null: the defaults.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public RedisBudgetStore(BudgetStoreContext context, IConnectionMultiplexer connection, RedisBudgetStoreOptions? options = null)
        : this(context, ConnectionFactory.Existing(connection), isOwned: false, options)
    {
    }

    /// <summary>A store that makes a connection of its own at the first call, and closes it when it is disposed.</summary>
    /// <param name="context">The firewall's settings and services for its store.</param>
    /// <param name="configuration">
    /// The configuration of the connection; copied. While the server is away the connection tries again, after a second at first and later at least every
    /// <see cref="ConfigurationOptions.ConnectTimeout"/>, and keeps no commands.
    /// Commands wait for an answer no longer than <see cref="BudgetStoreContext.StoreTimeout"/>, or a second if that is longer.
    /// </param>
    /// <param name="options">The options of the store; null: the defaults.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public RedisBudgetStore(BudgetStoreContext context, ConfigurationOptions configuration, RedisBudgetStoreOptions? options = null)
        : this(context, ConnectionFactory.Connecting(context, configuration), isOwned: true, options)
    {
    }

    internal RedisBudgetStore(BudgetStoreContext context, Func<TextWriter, Task<IConnectionMultiplexer>> connect, bool isOwned, RedisBudgetStoreOptions? options)
    {
        ArgumentNullException.ThrowIfNull(context);
        var chosen = (options ?? new()).CheckedCopy();
        _logger = context.LoggerFactory.CreateLogger<RedisBudgetStore>();
        _metrics = new(context.Services);
        _connection = new(connect, isOwned, chosen.Database, context.TimeProvider);
        var prefix = chosen.KeyPrefix ?? context.KeyPrefix;
        _partitions = new(prefix, context.TimeProvider, _appending);
        _replicas = new(_connection, chosen.WaitForReplicas, chosen.ReplicaTimeout);
        var caller = new ScriptCaller(_connection, context.StoreTimeout, context.TimeProvider);
        var (selfTest, registry) = (new SelfTest(caller, _replicas, chosen, _appending, _logger), new PartitionRegistry(caller, prefix, _appending));
        _handshake = new(caller, chosen, selfTest, registry, _metrics, context, _logger);
        _entries = new(caller, selfTest, _partitions, registry, _replicas);
        var timeZones = new TimeZoneCheck(caller, _handshake, _logger);
        _decisions = new(caller, _handshake, timeZones, _appending);
        _settlements = new(caller, _handshake, _appending);
        _confirmed = new(_decisions, _settlements, _replicas, caller);
        _undoing = new(caller, _handshake);
        _status = new(caller, _handshake, timeZones, _appending);
        _adapting = new(caller, _handshake, timeZones);
        _limits = new(caller, _handshake, timeZones);
        _allowances = new(caller, _handshake, timeZones, _appending);
        _corrections = new(caller, _handshake, _appending);
        _catalog = new(caller, _handshake, _appending);
        _approvals = new(caller, _handshake, timeZones, _appending);
        _documents = new(caller, _handshake, _appending);
    }

    /// <summary>True when data was lost since this process's first handshake, and <see cref="DataLossReaction.Deny"/> waits for <see cref="AcknowledgeDataLossAsync"/>.</summary>
    public bool IsDataLost => _partitions.All.Any(partition => partition.IsLost);

    /// <summary>Lets decisions go on after a loss of data, from the data that is there now. Concerns this process only.</summary>
    public ValueTask AcknowledgeDataLossAsync()
    {
        _handshake.AcknowledgeLoss();
        foreach (var partition in _partitions.All)
            partition.IsLost = false;
        RedisLog.DataLossAcknowledged(_logger);
        return default;
    }

    /// <inheritdoc/>
    public IStreamedEntries StreamTo(IEntryMaker maker)
    {
        ArgumentNullException.ThrowIfNull(maker);
        _appending.Begin(maker);
        return _entries;
    }

    /// <inheritdoc/>
    public ValueTask<DecisionAnswer> DecideAsync(DecisionCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var partition = _partitions.Find(call.Partition);
        if (call.IsReplayOnly)
            return _decisions.RecallAsync(call, partition);
        return _replicas.IsWanted ? _confirmed.RunAsync(call, partition) : _decisions.RunAsync(call, partition);
    }

    /// <inheritdoc/>
    public ValueTask<bool> UndoAsync(DecisionCall call, DecisionAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(answer);
        return _undoing.RunAsync(call, answer, _partitions.Find(call.Partition));
    }

    /// <inheritdoc/>
    public ValueTask<DecisionAnswer> ExplainAsync(DecisionCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return _decisions.ExplainAsync(call, _partitions.Find(call.Partition));
    }

    /// <inheritdoc/>
    public ValueTask<SettleAnswer> SettleAsync(SettleCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var partition = _partitions.Find(call.Reservation.Partition);
        var answer = _settlements.RunAsync(call, partition);
        return call.IsCommit ? _replicas.ConfirmedAsync(answer, static answer => answer.Status == SettleStatus.Done, partition) : answer;
    }

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset?> ExtendAsync(HeldReservation reservation, TimeSpan lease)
    {
        ArgumentNullException.ThrowIfNull(reservation);
        return _settlements.ExtendAsync(reservation, lease, _partitions.Find(reservation.Partition));
    }

    /// <inheritdoc/>
    public ValueTask<HeldReservation?> FindReservationAsync(string? partition, string? operationScope, string operationId)
    {
        ArgumentNullException.ThrowIfNull(operationId);
        return _partitions.FindMet(partition) is { } met
            ? _decisions.FindReservationAsync(met, operationScope, operationId)
            : FindUnmetAsync(_partitions.Unmet(partition!), operationScope, operationId);
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> ReservationSecret(string? partition) => _partitions.FindMet(partition)?.Secret ?? default;

    /// <inheritdoc/>
    public ValueTask<StatusAnswer> ReadStatusAsync(StatusCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return _status.ReadAsync(call, _partitions.Find(call.Partition));
    }

    /// <inheritdoc/>
    public ValueTask<AdaptAnswer> AdaptAsync(AdaptCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return _adapting.RunAsync(call, _partitions.Find(call.Partition));
    }

    /// <inheritdoc/>
    public async ValueTask<FrozenLimit> FreezeLimitAsync(string? partition, CounterRule rule, string scopeId)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(scopeId);
        var found = _partitions.Find(partition);
        var (limit, isSet) = await _limits.FreezeAsync(found, rule, scopeId).ConfigureAwait(false);
        // Another process might get another limit after a failover that has lost this one.
        return !isSet || !_replicas.IsWanted || await _replicas.IsConfirmedAsync(found).ConfigureAwait(false) ? limit : throw _replicas.TooFew(mayHaveHappened: true);
    }

    /// <inheritdoc/>
    public ValueTask<CatalogChanges> ReadCatalogAsync(string? partition, string knownVersion)
    {
        ArgumentNullException.ThrowIfNull(knownVersion);
        return _catalog.ReadAsync(_partitions.Find(partition), knownVersion);
    }

    /// <inheritdoc/>
    public ValueTask<string?> SetLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitDefinition> limits, ImmutableArray<LimitChange> changes = default)
    {
        ArgumentNullException.ThrowIfNull(expectedVersion);
        if (limits.IsDefaultOrEmpty)
            throw new ArgumentException("There are no limits to set.", nameof(limits));
        foreach (var limit in limits)
            ArgumentNullException.ThrowIfNull(limit, nameof(limits));
        return _catalog.SetAsync(_partitions.Find(partition), expectedVersion, limits, changes.IsDefault ? [] : changes);
    }

    /// <inheritdoc/>
    public ValueTask<bool> RemoveLimitAsync(string? partition, LimitKey limit)
    {
        ArgumentNullException.ThrowIfNull(limit.Id, nameof(limit));
        return _catalog.RemoveAsync(_partitions.Find(partition), limit);
    }

    /// <inheritdoc/>
    public ValueTask<string?> RemoveLimitsAsync(string? partition, string expectedVersion, ImmutableArray<LimitKey> limits, ImmutableArray<LimitChange> changes = default) =>
        _catalog.RemoveAsync(_partitions.Find(partition), expectedVersion, limits, changes.IsDefault ? [] : changes);

    /// <inheritdoc/>
    public async ValueTask<CounterReset?> ResetAsync(string? partition, CounterFamily family, string scopeId)
    {
        ArgumentNullException.ThrowIfNull(family);
        ArgumentNullException.ThrowIfNull(scopeId);
        await _status.ResetAsync(_partitions.Find(partition), family, scopeId).ConfigureAwait(false);
        return null;
    }

    /// <inheritdoc/>
    public ValueTask<CountersAnswer> ReadCountersAsync(string? partition, ImmutableArray<CounterName> counters) => _status.ReadCountersAsync(_partitions.Find(partition), counters);

    /// <inheritdoc/>
    public ValueTask<StoreDocument?> ReadDocumentAsync(string? partition, string name, string? knownVersion)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _documents.ReadAsync(_partitions.Find(partition), name, knownVersion);
    }

    /// <inheritdoc/>
    public ValueTask<string?> WriteDocumentAsync(
        string? partition, string name, string expectedVersion, ReadOnlyMemory<byte>? content, DateTimeOffset? expiresAt, ImmutableArray<LimitChange> changes = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(expectedVersion);
        return _documents.WriteAsync(_partitions.Find(partition), name, expectedVersion, content, expiresAt, changes.IsDefault ? [] : changes);
    }

    /// <inheritdoc/>
    public ValueTask<AllowanceAnswer> GrantAsync(AllowanceCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var partition = _partitions.Find(call.Partition);
        return _replicas.ConfirmedAsync(_allowances.RunAsync(call, partition), static answer => answer.Status == AllowanceStatus.Done, partition);
    }

    /// <inheritdoc/>
    public ValueTask<CorrectionAnswer> CorrectAsync(CorrectionCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var partition = _partitions.Find(call.Partition);
        return _replicas.ConfirmedAsync(_corrections.RunAsync(call, partition), static answer => answer.Status == CorrectionStatus.Done, partition);
    }

    /// <inheritdoc/>
    public ValueTask<AskApprovalAnswer> AskApprovalAsync(AskApprovalCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return _approvals.AskAsync(call, _partitions.Find(call.Partition));
    }

    /// <inheritdoc/>
    public ValueTask<DecideApprovalAnswer> DecideApprovalAsync(DecideApprovalCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var partition = _partitions.Find(call.Partition);
        return _replicas.ConfirmedAsync(_approvals.DecideAsync(call, partition), static answer => answer.Status == DecideApprovalStatus.Done, partition);
    }

    /// <inheritdoc/>
    public ValueTask<ReadApprovalsAnswer> ReadApprovalsAsync(ReadApprovalsCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return _approvals.ReadAsync(call, _partitions.Find(call.Partition));
    }

    /// <summary>Closes the connection if the store has made it. Calls in flight are finished.</summary>
    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync().ConfigureAwait(false);
        _metrics.Dispose();
    }

    private async ValueTask<HeldReservation?> FindUnmetAsync(Partition partition, string? operationScope, string operationId)
    {
        var reservation = await _decisions.FindReservationAsync(partition, operationScope, operationId).ConfigureAwait(false);
        // Done before the answer is given, since its receiver verifies the id by the partition's secret.
        if (partition.Epoch is not null)
            _partitions.Add(partition);
        return reservation;
    }
}
