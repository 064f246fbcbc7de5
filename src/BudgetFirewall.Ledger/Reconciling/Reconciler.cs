using System.Collections.Immutable;
using BudgetFirewall.Receipts;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Compares the ledger of a firewall with the firewall's store, when it is asked and, if that is wanted, by itself.</summary>
internal sealed class Reconciler : ILedgerReconciliation, IDisposable
{
    private const int CountersAtOnce = 64;
    private const int MostLooks = 4;

    private static readonly TimeSpan LongestPeriod = TimeSpan.FromDays(370);

    private readonly LedgerFeeds _feeds;
    private readonly Func<IBudgetFirewall> _firewall;
    private readonly ITimer? _timer;
    private readonly CancellationTokenSource _closing = new();
    private volatile LedgerReconciliationResult? _last;
    private int _isRunning;

    public Reconciler(LedgerFeeds feeds, Func<IBudgetFirewall> firewall)
    {
        (_feeds, _firewall) = (feeds, firewall);
        if (feeds.Options.ReconcileEvery is { } interval)
            _timer = feeds.TimeProvider.CreateTimer(_ => _ = RunByItselfAsync(), state: null, interval, interval);
    }

    public LedgerReconciliationResult? Last => _last;

    public async ValueTask<LedgerReconciliationResult> RunAsync(CancellationToken cancellationToken = default)
    {
        var firewall = _firewall();
        var store = _feeds.Store ?? throw new InvalidOperationException("The firewall has no store that records.");
        await _feeds.FlushAsync(cancellationToken).ConfigureAwait(false);
        var open = await OpenAsync(firewall, cancellationToken).ConfigureAwait(false);
        var suspects = open;
        for (var look = 0; look < MostLooks && suspects.Count > 0; look++)
        {
            // Between two readings of the store, so that what is charged meanwhile is between them too.
            var before = await SpentAsync(store, suspects).ConfigureAwait(false);
            await _feeds.FlushAsync(cancellationToken).ConfigureAwait(false);
            var recorded = await RecordedAsync(cancellationToken).ConfigureAwait(false);
            var after = await SpentAsync(store, suspects).ConfigureAwait(false);
            suspects = [.. Differing(suspects, before, recorded, after)];
        }
        var result = new LedgerReconciliationResult(open.Count, Report(suspects));
        _last = result;
        return result;
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _closing.Cancel();
        _closing.Dispose();
    }

    private static IEnumerable<Suspect> Differing(List<Suspect> suspects, long[] before, Dictionary<(string?, LedgerCounter), long> recorded, long[] after)
    {
        for (var i = 0; i < suspects.Count; i++)
        {
            var suspect = suspects[i];
            var sum = recorded.GetValueOrDefault((suspect.Partition, suspect.Counter with { Moved = 0 }));
            if (sum < Math.Min(before[i], after[i]) || sum > Math.Max(before[i], after[i]))
                yield return suspect with { Counter = suspect.Counter with { Moved = sum }, Spent = after[i] };
        }
    }

    private ImmutableArray<LedgerDifference> Report(List<Suspect> suspects)
    {
        foreach (var suspect in suspects)
            LedgerLog.Differs(_feeds.Logger, suspect.Counter.Family, suspect.Counter.Scope.Kind, suspect.Counter.Moved, suspect.Spent);
        _feeds.Metrics.Differ(suspects.Count);
        return [.. suspects.Select(suspect => new LedgerDifference(suspect.Partition, suspect.Counter, suspect.Spent))];
    }

    /// <summary>The counters of present periods that the ledger knows, of budgets that are in force.</summary>
    private async Task<List<Suspect>> OpenAsync(IBudgetFirewall firewall, CancellationToken cancellationToken)
    {
        var rules = new Dictionary<(string? Partition, string Family), CounterRule>();
        var partitions = new HashSet<string>(StringComparer.Ordinal);
        var open = new List<Suspect>();
        foreach (var ((partition, counter), _) in await RecordedAsync(cancellationToken).ConfigureAwait(false))
        {
            // Under that id there is nothing in the store.
            if (PersonalValue.IsErasedId(counter.Scope.Id))
                continue;
            if (partitions.Add(partition ?? ""))
            {
                foreach (var rule in await RulesAsync(firewall, partition, cancellationToken).ConfigureAwait(false))
                    rules.TryAdd((partition, rule.Family.Name), rule);
            }
            if (rules.TryGetValue((partition, counter.Family), out var found) && IsPresent(found.Family.Calendar, counter.PeriodStart))
                open.Add(new(partition, counter, found, Spent: 0));
        }
        return open;
    }

    // Entries of another way of dividing into partitions are no longer those of a budget.
    private static async Task<IEnumerable<CounterRule>> RulesAsync(IBudgetFirewall firewall, string? partition, CancellationToken cancellationToken)
    {
        try
        {
            return (await firewall.Budgets.ListAsync(partition, cancellationToken).ConfigureAwait(false)).Where(budget => budget.IsActive).Select(budget => new CounterRule(budget));
        }
        catch (ArgumentException)
        {
            return [];
        }
    }

    private bool IsPresent(PeriodCalendar calendar, DateTimeOffset? start) =>
        calendar.IsEndless ? start is null : start is { } given && calendar.At(_feeds.TimeProvider.GetUtcNow()).Start == given.UtcDateTime;

    private async Task<Dictionary<(string?, LedgerCounter), long>> RecordedAsync(CancellationToken cancellationToken)
    {
        var recorded = new Dictionary<(string?, LedgerCounter), long>();
        var from = _feeds.TimeProvider.GetUtcNow() - LongestPeriod;
        for (string? cursor = null; ;)
        {
            var page = await _feeds.Ledger.ReadCountersAsync(from, cursor, cancellationToken).ConfigureAwait(false);
            foreach (var total in page.Counters)
                recorded[(total.Partition, total.Counter with { Moved = 0 })] = total.Counter.Moved;
            if ((cursor = page.NextCursor) is null)
                return recorded;
        }
    }

    private static async Task<long[]> SpentAsync(IBudgetStore store, List<Suspect> suspects)
    {
        var spent = new long[suspects.Count];
        foreach (var part in suspects.Select((suspect, place) => (suspect, place)).GroupBy(suspect => suspect.suspect.Partition ?? "", StringComparer.Ordinal).SelectMany(group => group.Chunk(CountersAtOnce)))
        {
            var answer = await store.ReadCountersAsync(part[0].suspect.Partition, [.. part.Select(one => NameOf(one.suspect))]).ConfigureAwait(false);
            for (var i = 0; i < part.Length; i++)
                spent[part[i].place] = answer.Readings[i]?.Spent ?? 0;
        }
        return spent;
    }

    private static CounterName NameOf(Suspect suspect) => new(
        suspect.Rule, suspect.Counter.Scope.Id, suspect.Counter.PeriodStart?.UtcDateTime ?? suspect.Rule.Family.Calendar.At(DateTimeOffset.UnixEpoch).Start);

    private async Task RunByItselfAsync()
    {
        if (Interlocked.Exchange(ref _isRunning, 1) == 1)
            return;
        try
        {
            await RunAsync(_closing.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is LedgerException or BudgetStoreException or NotSupportedException)
        {
            LedgerLog.NotReconciled(_feeds.Logger, e);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The firewall is closed.
        }
        finally
        {
            Interlocked.Exchange(ref _isRunning, 0);
        }
    }

    private sealed record Suspect(string? Partition, LedgerCounter Counter, CounterRule Rule, long Spent);
}
