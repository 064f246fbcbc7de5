using System.Text.Json;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall;

/// <summary>
/// A file that has every entry from before its call is answered until it is in the ledger, so that entries outlive a process that is killed. They do not outlive a machine that loses its power: no call waits
/// for the disk. Thread-safe.
/// </summary>
internal sealed class LedgerJournal : IDisposable
{
    private const int LinesWorthCompacting = 4_096;
    private const string CopyMark = ".corrupt-";

    private readonly Lock _lock = new();
    private readonly JournalFile _file;
    private readonly SortedDictionary<long, FeedItem> _waiting = [];
    private readonly ILogger _logger;
    private long _number;
    private bool _isFailing;

    /// <summary>Opens or creates a journal.</summary>
    /// <exception cref="InvalidOperationException">Another process has it, it is not a journal, or it cannot be opened or understood.</exception>
    public LedgerJournal(string path, ILogger logger)
    {
        _logger = logger;
        _file = new(path, "ledger's journal");
        try
        {
            TakeUp(_file.ReadAll());
            Left = [.. _waiting];
            Compact();
        }
        catch (Exception e)
        {
            _file.Dispose();
            if (e is IOException or UnauthorizedAccessException or InvalidDataException)
                throw new InvalidOperationException($"The ledger's journal '{_file.Path}' cannot be read: {e.Message}", e);
            throw;
        }
    }

    /// <summary>Finds the copies of a journal that were set aside because it was damaged.</summary>
    /// <param name="path">The journal.</param>
    /// <exception cref="IOException">Its folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Its folder may not be read.</exception>
    public static IReadOnlyList<string> CopiesOf(string path)
    {
        var journal = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(journal)!;
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder).Where(file => file.StartsWith(journal + CopyMark, StringComparison.Ordinal)).Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>The entries that an earlier process has left, with their numbers, oldest first.</summary>
    public IReadOnlyList<KeyValuePair<long, FeedItem>> Left { get; }

    /// <summary>Keeps an entry, and gives its number; 0 when it could not be kept.</summary>
    public long Append(in FeedItem item)
    {
        lock (_lock)
        {
            var number = _number + 1;
            if (!TryAppend(Json(number, item)))
                return 0;
            // A line of what is delivered is shorter, and may have had room before.
            if (_isFailing)
                LedgerLog.KeptAgain(_logger);
            _isFailing = false;
            _waiting.Add(number, item);
            return _number = number;
        }
    }

    /// <summary>Forgets entries that are in the ledger. Those that are not forgotten are delivered twice, which changes nothing.</summary>
    public void Remove(IEnumerable<long> numbers)
    {
        lock (_lock)
        {
            long[] delivered = [.. numbers.Where(_waiting.Remove)];
            if (delivered.Length == 0)
                return;
            // The line may have had the room that no entry has: on a full disk the file is made shorter as soon as nothing waits.
            if (!TryAppend(Json(new() { Delivered = delivered })) || (_isFailing && _waiting.Count == 0) || (_file.LineCount > LinesWorthCompacting && _file.LineCount > 4 * _waiting.Count))
                _ = TryCompact();
        }
    }

    /// <summary>Leaves nothing in the file but what waits; false where that fails.</summary>
    public bool TryForgetDelivered()
    {
        lock (_lock)
            return TryCompact();
    }

    public void Dispose()
    {
        lock (_lock)
            _file.Dispose();
    }

    /// <summary>Appends a line. That it cannot be appended is logged once, until an entry can.</summary>
    private bool TryAppend(byte[] json)
    {
        try
        {
            _file.Append(json, isFlushed: false);
        }
        catch (IOException e)
        {
            if (!_isFailing)
                LedgerLog.NotKept(_logger, e);
            _isFailing = true;
            return false;
        }
        return true;
    }

    /// <summary>Makes the file shorter, in its place where nothing waits: on a full disk there may be no room for a second file.</summary>
    private bool TryCompact()
    {
        try
        {
            if (_waiting.Count == 0)
                _file.Clear();
            else
                Compact();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The longer file says the same.
            return false;
        }
    }

    private void TakeUp(byte[] bytes)
    {
        var (lines, corrupt) = (0, 0);
        for (ReadOnlySpan<byte> rest = bytes; rest.IndexOf((byte)'\n') is var length and >= 0; rest = rest[(length + 1)..])
        {
            lines++;
            if (JournalFile.JsonOf(rest[..length]) is { IsEmpty: false } json)
                TakeUp(json, lines);
            else
                corrupt++;
        }
        if (corrupt > 0 && corrupt == lines)
            throw new InvalidDataException("it is not a journal.");
        if (corrupt > 0)
        {
            var kept = $"{_file.Path}{CopyMark}{Guid.NewGuid():n}";
            File.WriteAllBytes(kept, bytes);
            LedgerLog.JournalCorrupt(_logger, corrupt, kept);
        }
    }

    private void TakeUp(ReadOnlySpan<byte> json, int lineNumber)
    {
        try
        {
            var line = JsonSerializer.Deserialize(json, LedgerJournalJsonContext.Default.LedgerJournalLine) ?? throw new JsonException("There is nothing in it.");
            if (line.Entry is not null || line.Changes is not null)
                _waiting[line.Number] = new(line.Entry?.ToEntry(), [.. (line.Changes ?? []).Select(change => change.ToChange())]);
            foreach (var number in line.Delivered ?? [])
                _waiting.Remove(number);
            _number = Math.Max(_number, line.Number);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or FormatException or OverflowException)
        {
            throw new InvalidDataException($"its line {lineNumber} is as it was written but cannot be understood; a later version may have written it. {e.Message}", e);
        }
    }

    /// <summary>Leaves nothing in the file but the entries that wait, behind a line that makes an empty file a journal.</summary>
    private void Compact() => _file.Replace(_waiting.Select(item => Json(item.Key, item.Value)).Prepend(Json(new() { Number = _number })));

    private static byte[] Json(long number, in FeedItem item) => Json(new()
    {
        Number = number,
        Entry = item.Entry is { } entry ? StoredEntry.Of(entry) : null,
        Changes = item.Changes.IsDefaultOrEmpty ? null : [.. item.Changes.Select(StoredChange.Of)],
    });

    private static byte[] Json(LedgerJournalLine line) => JsonSerializer.SerializeToUtf8Bytes(line, LedgerJournalJsonContext.Default.LedgerJournalLine);
}
