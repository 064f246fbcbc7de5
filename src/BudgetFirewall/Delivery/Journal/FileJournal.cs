using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>A journal in a file. An entry is flushed to disk before it counts as kept, and entries that are given up are appended to a second file.</summary>
internal sealed class FileJournal : IOutboxJournal
{
    private const int LinesWorthCompacting = 4_096;

    private readonly Lock _lock = new();
    private readonly JournalFile _file;
    private readonly string _keyPrefix;
    private readonly Dictionary<long, OutboxEntry> _live = [];
    private long _sequence;

    /// <summary>Opens or creates a journal.</summary>
    /// <exception cref="InvalidOperationException">Another process has it, another firewall wrote it, it is not a journal, or it cannot be opened or understood.</exception>
    public FileJournal(string path, string keyPrefix, TimeProvider timeProvider, ILogger logger)
    {
        _keyPrefix = keyPrefix;
        _file = new(path, "outbox");
        try
        {
            TakeUp(_file.ReadAll(), timeProvider, logger);
        }
        catch (Exception e)
        {
            _file.Dispose();
            if (e is IOException or UnauthorizedAccessException or InvalidDataException)
                throw new InvalidOperationException($"The outbox '{_file.Path}' cannot be read: {e.Message}", e);
            throw;
        }
    }

    public bool IsDurable => true;

    public IReadOnlyList<OutboxEntry> Left { get; private set; } = [];

    public void Append(OutboxEntry entry)
    {
        lock (_lock)
        {
            entry.Sequence = ++_sequence;
            Write(JournalLine.Of(entry), isFlushed: true);
            _live.Add(entry.Sequence, entry);
        }
    }

    public void Attempt(OutboxEntry entry)
    {
        lock (_lock)
            Write(new() { Type = JournalLine.Attempt, Sequence = entry.Sequence, At = entry.Attempts.UncertainSince }, isFlushed: true);
    }

    // Not flushed: if the line is lost, the entry is repeated, and the store remembers its id.
    public void Remove(OutboxEntry entry)
    {
        lock (_lock)
        {
            if (!_live.Remove(entry.Sequence))
                return;
            Write(new() { Type = JournalLine.Removed, Sequence = entry.Sequence }, isFlushed: false);
            if (_live.Count == 0 || (_file.LineCount > LinesWorthCompacting && _file.LineCount > 4 * _live.Count))
                TryCompact();
        }
    }

    public void GiveUp(OutboxEntry entry, UndeliverableReason reason)
    {
        lock (_lock)
        {
            var line = JournalLine.Of(entry);
            line.Reason = reason.ToString();
            using (var apart = JournalFile.Open(_file.Path + ".undeliverable", FileShare.Read))
            {
                RandomAccess.Write(apart, JournalFile.LineOf(JournalText.Write(line)), RandomAccess.GetLength(apart));
                RandomAccess.FlushToDisk(apart);
            }
            Remove(entry);
        }
    }

    public void Dispose()
    {
        lock (_lock)
            _file.Dispose();
    }

    private void TakeUp(byte[] bytes, TimeProvider timeProvider, ILogger logger)
    {
        var content = ParsedJournal.Read(bytes);
        if (content.KeyPrefix is { } prefix && prefix != _keyPrefix)
            throw new InvalidOperationException($"The outbox '{_file.Path}' was written by a firewall with the KeyPrefix '{prefix}', not '{_keyPrefix}': its charges belong to other budgets.");
        if (content.CorruptLines.Count > 0)
        {
            var kept = $"{_file.Path}.corrupt-{timeProvider.GetUtcNow():yyyyMMddHHmmssfff}";
            File.WriteAllBytes(kept, bytes);
            OutboxLog.JournalCorrupt(logger, _file.Path, content.CorruptLines.Count, content.CorruptLines[0], kept);
        }
        else if (content.IsTorn)
        {
            OutboxLog.JournalTorn(logger, _file.Path);
        }
        Left = content.Entries;
        _sequence = content.LastSequence;
        foreach (var entry in Left)
            _live.Add(entry.Sequence, entry);
        Compact();
    }

    private void Write(JournalLine line, bool isFlushed) => _file.Append(JournalText.Write(line), isFlushed);

    private void TryCompact()
    {
        try
        {
            Compact();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The longer file says the same.
        }
    }

    /// <summary>Leaves nothing in the file but the entries that wait.</summary>
    private void Compact()
    {
        JournalLine[] lines = [new() { Type = JournalLine.Header, KeyPrefix = _keyPrefix }, .. _live.OrderBy(entry => entry.Key).Select(entry => JournalLine.Of(entry.Value))];
        _file.Replace(lines.Select(JournalText.Write));
    }
}
