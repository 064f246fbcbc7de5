using System.Collections.Immutable;
using System.Globalization;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>A store in memory that keeps the entries of charges, spends, commits and corrections itself, as Redis does, and whose stream can fail.</summary>
internal sealed class StreamingMemory(IBudgetStore inner, TimeProvider clock) : DelegatingBudgetStore(inner), IStreamingStore, IStreamedEntries
{
    private readonly Lock _lock = new();
    private readonly List<Kept> _entries = [];
    private readonly List<(string Call, DateTimeOffset Time)> _calls = [];
    private IEntryMaker _maker = null!;
    private long _lastId;
    private int _aside;

    /// <summary>The fault of a call, by its name, after it was made where it is a name that ends with "Answer".</summary>
    public Func<string, BudgetStoreException?> FaultOf { get; set; } = _ => null;

    /// <summary>Changes an entry that is appended.</summary>
    public Func<StreamedEntry, StreamedEntry> Change { get; set; } = entry => entry;

    public int Waiting
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    public IStreamedEntries StreamTo(IEntryMaker maker)
    {
        _maker = maker;
        return this;
    }

    public ValueTask<string> ReadStoreIdAsync() => new("streaming memory");

    /// <summary>The times of the calls of a name.</summary>
    public DateTimeOffset[] TimesOf(string call)
    {
        lock (_lock)
            return [.. _calls.Where(one => one.Call == call).Select(one => one.Time)];
    }

    /// <summary>Makes all that was read that of a process which is dead now.</summary>
    public void ReadByAnother()
    {
        lock (_lock)
            _entries.ForEach(entry => (entry.Reader, entry.ReadAt) = ("dead", clock.GetUtcNow()));
    }

    public override async ValueTask<DecisionAnswer> DecideAsync(DecisionCall call)
    {
        var answer = await Inner.DecideAsync(call);
        if (answer is { Status: DecisionStatus.Done, IsReplay: false } && call.Kind is DecisionKind.Charge or DecisionKind.Spend)
            Append(call.Partition, _maker.OfCharge(call, answer.Now), answer.Now);
        Begin("DecideAnswer");
        return answer;
    }

    public override async ValueTask<SettleAnswer> SettleAsync(SettleCall call)
    {
        var answer = await Inner.SettleAsync(call);
        if (answer is { Status: SettleStatus.Done, IsReplay: false } && call.IsCommit)
            Append(call.Reservation.Partition, _maker.OfCommit(call, answer.Now), answer.Now);
        return answer;
    }

    public override async ValueTask<CorrectionAnswer> CorrectAsync(CorrectionCall call)
    {
        var answer = await Inner.CorrectAsync(call);
        if (answer is { Status: CorrectionStatus.Done, IsReplay: false })
            Append(call.Partition, _maker.OfCorrection(call, answer.Now), answer.DoneAt, answer.Moved);
        return answer;
    }

    public async IAsyncEnumerable<string?> ReadPartitionsAsync()
    {
        Begin(nameof(ReadPartitionsAsync));
        string?[] partitions;
        lock (_lock)
            partitions = [.. _entries.Select(entry => entry.Partition).Distinct()];
        foreach (var partition in partitions)
            yield return partition;
        await Task.CompletedTask;
    }

    public ValueTask<ImmutableArray<StreamedEntry>> ReadAsync(string? partition, string process, int count, bool isAgain) =>
        Read(nameof(ReadAsync), partition, process, count, entry => isAgain ? entry.Reader == process : entry.Reader is null);

    public ValueTask<ImmutableArray<StreamedEntry>> TakeOverAsync(string? partition, string process, int count, TimeSpan after) =>
        Read(nameof(TakeOverAsync), partition, process, count, entry => entry.Reader is not null && entry.ReadAt + after <= clock.GetUtcNow());

    public ValueTask RemoveAsync(string? partition, ImmutableArray<string> ids)
    {
        Begin(nameof(RemoveAsync));
        lock (_lock)
            _entries.RemoveAll(entry => entry.Partition == partition && ids.Contains(entry.Entry.Id));
        return default;
    }

    public ValueTask SetAsideAsync(string? partition, StreamedEntry entry)
    {
        Begin(nameof(SetAsideAsync));
        lock (_lock)
            _aside += _entries.RemoveAll(kept => kept.Partition == partition && kept.Entry.Id == entry.Id);
        return default;
    }

    public ValueTask<StreamedCount> CountAsync(string? partition)
    {
        Begin(nameof(CountAsync));
        lock (_lock)
        {
            Kept[] kept = [.. _entries.Where(entry => entry.Partition == partition)];
            return new(new StreamedCount(kept.Length, _aside, kept.FirstOrDefault()?.Entry.Id, kept.LastOrDefault()?.Entry.Id));
        }
    }

    private ValueTask<ImmutableArray<StreamedEntry>> Read(string call, string? partition, string process, int count, Func<Kept, bool> isWanted)
    {
        Begin(call);
        ImmutableArray<StreamedEntry> read;
        lock (_lock)
        {
            Kept[] taken = [.. _entries.Where(entry => entry.Partition == partition && isWanted(entry)).Take(count)];
            foreach (var entry in taken)
                (entry.Reader, entry.ReadAt) = (process, clock.GetUtcNow());
            read = [.. taken.Select(entry => entry.Entry)];
        }
        Begin(call + "Answer");
        return new(read);
    }

    private void Append(string? partition, ReadOnlyMemory<byte> content, DateTimeOffset now, ImmutableArray<long> taken = default)
    {
        lock (_lock)
            _entries.Add(new(partition, Change(new() { Id = string.Create(CultureInfo.InvariantCulture, $"{++_lastId}-0"), Content = content, Time = now, Taken = taken.IsDefault ? [] : taken })));
    }

    private void Begin(string call)
    {
        lock (_lock)
            _calls.Add((call, clock.GetUtcNow()));
        if (FaultOf(call) is { } fault)
            throw fault;
    }

    private sealed class Kept(string? partition, StreamedEntry entry)
    {
        public string? Partition => partition;

        public StreamedEntry Entry => entry;

        public string? Reader { get; set; }

        public DateTimeOffset ReadAt { get; set; }
    }
}
