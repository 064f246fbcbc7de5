using System.Collections.Immutable;
using System.Data.Common;
using BudgetFirewall.Receipts;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The receipts of a ledger in a database. Thread-safe.</summary>
/// <example><code>
/// await using var ledger = SqliteLedger.Open("Data Source=ledger.db");
/// var receipts = LedgerReceipts.Of(ledger, new() { Origin = "example.com/ledger", Signer = EcdsaSigner.FromPem(File.ReadAllText("ledger-key.pem")) });
/// var receipt = await receipts.GetAsync(entryId);
/// </code></example>
public sealed class LedgerReceipts : ILedgerReceipts
{
    private readonly DatabaseLedger _ledger;
    private readonly LedgerReceiptOptions _options;
    private readonly StoredCheckpoints _checkpoints;
    private readonly ReceiptMaker _maker;

    private LedgerReceipts(DatabaseLedger ledger, LedgerReceiptOptions options)
    {
        (_ledger, _options) = (ledger, options);
        _checkpoints = new(ledger.Database, options);
        _maker = new(ledger.Database, _checkpoints);
        ledger.Writer.Leaves = new(options.PersonalKinds);
    }

    /// <summary>
    /// The receipts of a ledger. Each entry that this ledger writes from now on has a leaf; those that other processes write have one when they do the same, which all have to.
    /// </summary>
    /// <param name="ledger">The ledger, which no entry was written to yet since it was opened.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentException">The ledger is none in a database.</exception>
    public static LedgerReceipts Of(ILedger ledger, LedgerReceiptOptions options)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(options);
        return new LedgerReceipts(
            ledger as DatabaseLedger ?? throw new ArgumentException($"Receipts are those of a {nameof(DatabaseLedger)}, as SqliteLedger and PostgresLedger open it.", nameof(ledger)), options);
    }

    /// <inheritdoc/>
    public async ValueTask<LedgerReceipt?> GetAsync(string entryId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entryId);
        return LedgerEntryId.TryParse(entryId, out var id) ? await _ledger.ReadAsync(_maker.MakeAsync(id.Value, cancellationToken)).ConfigureAwait(false) : null;
    }

    /// <inheritdoc/>
    public ValueTask<LedgerCheckpoint> CheckpointAsync(string? partition = null, CancellationToken cancellationToken = default) =>
        _ledger.ReadAsync(_checkpoints.MakeAsync(partition, cancellationToken));

    /// <summary>Makes a checkpoint of each log to which something was appended since its last one, also when those of others fail.</summary>
    /// <exception cref="AggregateException">Checkpoints of some logs could not be made.</exception>
    internal async ValueTask CheckpointAllAsync(CancellationToken cancellationToken)
    {
        var failures = new List<Exception>();
        foreach (var partition in await _ledger.ReadAsync(_checkpoints.PartitionsBehindAsync(cancellationToken)).ConfigureAwait(false))
        {
            try
            {
                await CheckpointAsync(partition, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                failures.Add(e);
            }
        }
        if (failures.Count > 0)
            throw new AggregateException(failures);
    }

    /// <summary>Tells somebody of the number of entries that this ledger has written with leaves, after each transaction.</summary>
    internal void TellOfLeaves(Action<int> written) => _ledger.Writer.LeavesWritten = written;

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<MerkleHash>> ProveConsistencyAsync(
        LedgerCheckpoint first, LedgerCheckpoint second, string? partition = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var log = LogName.Of(_options.Origin, partition);
        if (first.Origin != log || second.Origin != log || first.TreeSize > second.TreeSize)
            throw new ArgumentException($"The checkpoints must be those of the log {log}, the earlier one first.", nameof(first));
        return _ledger.ReadAsync(_maker.ProveConsistencyAsync(partition, first.TreeSize, second.TreeSize, cancellationToken));
    }

    /// <inheritdoc/>
    public ReceiptVerification Verify(ReadOnlySpan<byte> json) => ReceiptVerifier.Verify(json, Keys, _options.Origin);

    /// <inheritdoc/>
    public async ValueTask<LedgerVerification> VerifyAllAsync(IReadOnlyCollection<LedgerCheckpoint>? published = null, string? partition = null, CancellationToken cancellationToken = default)
    {
        try
        {
            var session = await _ledger.Database.ReadAsync(cancellationToken).ConfigureAwait(false);
            await using var _ = session.ConfigureAwait(false);
            return await new LogVerifier(session, _options.Origin, partition, Keys).RunAsync(published ?? [], cancellationToken).ConfigureAwait(false);
        }
        catch (DbException e)
        {
            throw new LedgerException($"The ledger cannot be verified ({_ledger.Database.Dialect.Description}): {e.Message}", e);
        }
    }

    private IReadOnlyList<ReceiptKey> Keys => [_options.Signer.Key, .. _options.TrustedKeys];
}
