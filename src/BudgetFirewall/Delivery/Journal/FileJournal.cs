using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace BudgetFirewall;

/// <summary>
/// An append-only file. An entry is flushed to disk before it counts as kept. A second file beside it is locked as long as the journal is open,
/// and entries that are given up are appended to a third.
/// </summary>
internal sealed class FileJournal : IOutboxJournal
{
    private const int LinesWorthCompacting = 4_096;

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly string _keyPrefix;
    private readonly SafeFileHandle _lockFile;
    private readonly Dictionary<long, OutboxEntry> _live = [];
    private SafeFileHandle _file;
    private long _length;
    private int _lines;
    private long _sequence;
    private bool _isBroken;

    /// <summary>Opens or creates a journal.</summary>
    /// <exception cref="InvalidOperationException">Another process has it, another firewall wrote it, it is not a journal, or it cannot be opened or understood.</exception>
    public FileJournal(string path, string keyPrefix, TimeProvider timeProvider, ILogger logger)
    {
        (_path, _keyPrefix) = (System.IO.Path.GetFullPath(path), keyPrefix);
        try
        {
            _lockFile = Open(_path + ".lock", FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"The outbox '{_path}' cannot be locked: another process or firewall uses it, or its folder cannot be written to. {e.Message}", e);
        }
        try
        {
            _file = Open(_path, FileShare.Read | FileShare.Delete);
            TakeUp(ReadAll(_file), timeProvider, logger);
        }
        catch (Exception e)
        {
            _file?.Dispose();
            _lockFile.Dispose();
            if (e is IOException or UnauthorizedAccessException or InvalidDataException)
                throw new InvalidOperationException($"The outbox '{_path}' cannot be read: {e.Message}", e);
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
            if (_live.Count == 0 || (_lines > LinesWorthCompacting && _lines > 4 * _live.Count))
                TryCompact();
        }
    }

    public void GiveUp(OutboxEntry entry, UndeliverableReason reason)
    {
        lock (_lock)
        {
            var line = JournalLine.Of(entry);
            line.Reason = reason.ToString();
            using (var apart = Open(_path + ".undeliverable", FileShare.Read))
            {
                RandomAccess.Write(apart, JournalText.Write(line), RandomAccess.GetLength(apart));
                RandomAccess.FlushToDisk(apart);
            }
            Remove(entry);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isBroken = true;
            _file.Dispose();
            _lockFile.Dispose();
        }
    }

    private static SafeFileHandle Open(string path, FileShare share) => File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share);

    private static byte[] ReadAll(SafeFileHandle file)
    {
        var bytes = new byte[RandomAccess.GetLength(file)];
        var read = 0;
        while (read < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(read), read) is > 0 and var count)
            read += count;
        return bytes[..read];
    }

    private void TakeUp(byte[] bytes, TimeProvider timeProvider, ILogger logger)
    {
        var content = ParsedJournal.Read(bytes);
        if (content.KeyPrefix is { } prefix && prefix != _keyPrefix)
            throw new InvalidOperationException($"The outbox '{_path}' was written by a firewall with the KeyPrefix '{prefix}', not '{_keyPrefix}': its charges belong to other budgets.");
        if (content.CorruptLines.Count > 0)
        {
            var kept = $"{_path}.corrupt-{timeProvider.GetUtcNow():yyyyMMddHHmmssfff}";
            File.WriteAllBytes(kept, bytes);
            OutboxLog.JournalCorrupt(logger, _path, content.CorruptLines.Count, content.CorruptLines[0], kept);
        }
        else if (content.IsTorn)
        {
            OutboxLog.JournalTorn(logger, _path);
        }
        Left = content.Entries;
        _sequence = content.LastSequence;
        foreach (var entry in Left)
            _live.Add(entry.Sequence, entry);
        Compact();
    }

    private void Write(JournalLine line, bool isFlushed)
    {
        if (_isBroken)
            throw new IOException($"The outbox '{_path}' is closed, or could not be written to before.");
        var text = JournalText.Write(line);
        try
        {
            RandomAccess.Write(_file, text, _length);
            if (isFlushed)
                RandomAccess.FlushToDisk(_file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            CutOff();
            throw new IOException($"The outbox '{_path}' could not be written to: {e.Message}", e);
        }
        _length += text.Length;
        _lines++;
    }

    // Half a line must not be followed by others.
    private void CutOff()
    {
        try
        {
            RandomAccess.SetLength(_file, _length);
        }
        catch (IOException)
        {
            _isBroken = true;
        }
    }

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

    /// <summary>Writes the waiting entries to a new file and replaces the old one with it.</summary>
    private void Compact()
    {
        var fresh = _path + ".new";
        File.Delete(fresh);
        var file = Open(fresh, FileShare.Read | FileShare.Delete);
        try
        {
            var length = 0L;
            JournalLine[] lines = [new() { Type = JournalLine.Header, KeyPrefix = _keyPrefix }, .. _live.OrderBy(entry => entry.Key).Select(entry => JournalLine.Of(entry.Value))];
            foreach (var text in lines.Select(JournalText.Write))
            {
                RandomAccess.Write(file, text, length);
                length += text.Length;
            }
            RandomAccess.FlushToDisk(file);
            File.Move(fresh, _path, overwrite: true);
            _file.Dispose();
            (_file, _length, _lines) = (file, length, lines.Length);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
