using System.Collections.Concurrent;
using BudgetFirewall.Receipts;

namespace BudgetFirewall;

/// <summary>Keeps the last checkpoint of each log and answers it again for a while, so that readers do not make the signer sign each time. Thread-safe.</summary>
/// <param name="timeProvider">The clock.</param>
/// <param name="interval">The time for which one is answered.</param>
internal sealed class RecentCheckpoints(TimeProvider timeProvider, TimeSpan interval)
{
    private const int MostLogs = 10_000;

    private readonly ConcurrentDictionary<string, (LedgerCheckpoint Checkpoint, DateTimeOffset Time)> _recent = new(StringComparer.Ordinal);

    // Those who ask for a new one at the same time share it. Logs that share a turn wait for each other.
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 16).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>A checkpoint of a partition's log that is recent, or else a new one.</summary>
    public async ValueTask<LedgerCheckpoint> GetAsync(string? partition, Func<CancellationToken, ValueTask<LedgerCheckpoint>> make, CancellationToken cancellationToken)
    {
        var log = partition ?? "";
        if (interval == TimeSpan.Zero)
            return await make(cancellationToken).ConfigureAwait(false);
        if (Recent(log) is { } known)
            return known;
        var turn = _turns[(int)(unchecked((uint)log.GetHashCode(StringComparison.Ordinal)) % (uint)_turns.Length)];
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Recent(log) is { } shared)
                return shared;
            var made = await make(cancellationToken).ConfigureAwait(false);
            if (_recent.Count >= MostLogs)
                _recent.Clear();
            // Any name has a log without entries.
            if (made.TreeSize > 0)
                _recent[log] = (made, timeProvider.GetUtcNow());
            return made;
        }
        finally
        {
            turn.Release();
        }
    }

    private LedgerCheckpoint? Recent(string log) => _recent.TryGetValue(log, out var last) && timeProvider.GetUtcNow() - last.Time is var age && age >= TimeSpan.Zero && age < interval ? last.Checkpoint : null;
}
