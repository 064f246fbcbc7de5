using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The erasure of persons from a ledger in a database. Thread-safe.</summary>
/// <example><code>
/// await using var ledger = SqliteLedger.Open("Data Source=ledger.db");
/// var result = await LedgerErasure.Of(ledger).EraseAsync(BudgetScope.User("alice"), by: "privacy@example.com", reason: "request 4711");
/// Console.WriteLine(result.IsComplete ? result.ErasedId : string.Join(", ", result.Remainders));
/// </code></example>
public sealed class LedgerErasure : ILedgerErasure
{
    private const int LongestReason = 1_000;

    private readonly DatabaseLedger _ledger;
    private readonly LedgerErasureOptions _options;
    private readonly PersonEraser _eraser;

    private LedgerErasure(DatabaseLedger ledger, LedgerErasureOptions options, TimeProvider timeProvider)
    {
        (_ledger, _options) = (ledger, options);
        _eraser = new(ledger.Database, timeProvider);
    }

    /// <summary>The erasure of persons from a ledger.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <param name="timeProvider">The clock of the log; null for the system's.</param>
    /// <exception cref="ArgumentException">The ledger is none in a database.</exception>
    public static LedgerErasure Of(ILedger ledger, LedgerErasureOptions? options = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        return new(
            ledger as DatabaseLedger ?? throw new ArgumentException($"Persons are erased from a {nameof(DatabaseLedger)}, as SqliteLedger and PostgresLedger open it.", nameof(ledger)),
            options ?? new(),
            timeProvider ?? TimeProvider.System);
    }

    /// <inheritdoc/>
    public async ValueTask<LedgerErasureResult> EraseAsync(BudgetScope scope, string by, string? reason = null, CancellationToken cancellationToken = default)
    {
        CheckScope(scope);
        if (!BudgetScope.IsValidId(by))
            throw new ArgumentException("Who asks for an erasure must be named, by 1 to 256 characters.", nameof(by));
        if (reason is { Length: 0 or > LongestReason })
            throw new ArgumentException($"A reason has 1 to {LongestReason} characters.", nameof(reason));
        return await _ledger.WriteAsync(_eraser.EraseAsync(scope.Kind, scope.Id, by, reason, cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LedgerErasureRecord>> ListAsync(CancellationToken cancellationToken = default) => _ledger.ReadAsync(_eraser.ListAsync(cancellationToken));

    private void CheckScope(BudgetScope scope)
    {
        if (scope.Kind is null || scope.IsEach)
            throw new ArgumentException("A person is one scope, as user=alice.", nameof(scope));
        if (scope.Kind == _options.PartitionBy)
            throw new ArgumentException(DisplayText.Escape($"Entries are partitioned by '{scope.Kind}', so that an id of it is not erased: a partition has a log of its own."), nameof(scope));
        if (!_options.PersonalKinds.Contains(scope.Kind))
        {
            var kinds = string.Join(", ", _options.PersonalKinds.Order(StringComparer.Ordinal));
            throw new ArgumentException(DisplayText.Escape($"Ids of the kind '{scope.Kind}' do not belong to persons. The kinds that do are the personal kinds of the ledger's options: {kinds}."), nameof(scope));
        }
    }
}
