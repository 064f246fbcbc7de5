using System.Text.Json;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The content of a journal file.</summary>
internal sealed class ParsedJournal
{
    private readonly SortedDictionary<long, OutboxEntry> _entries = [];

    private ParsedJournal()
    {
    }

    /// <summary>The entries that wait, oldest first.</summary>
    public IReadOnlyList<OutboxEntry> Entries => [.. _entries.Values];

    /// <summary>The key prefix of the firewall that wrote it; null for an empty file.</summary>
    public string? KeyPrefix { get; private set; }

    /// <summary>True when the last line is incomplete. Its writer was never told that it was kept.</summary>
    public bool IsTorn { get; private set; }

    /// <summary>The numbers of the lines that were altered since they were written.</summary>
    public List<int> CorruptLines { get; } = [];

    public long LastSequence { get; private set; }

    /// <exception cref="InvalidDataException">It is not a journal, or a line of it is as it was written and cannot be understood.</exception>
    public static ParsedJournal Read(ReadOnlySpan<byte> file)
    {
        var content = new ParsedJournal();
        var lines = 0;
        for (var rest = file; !rest.IsEmpty;)
        {
            var length = rest.IndexOf((byte)'\n');
            if (length < 0)
            {
                content.IsTorn = true;
                break;
            }
            lines++;
            if (JournalFile.JsonOf(rest[..length]) is { IsEmpty: false } json)
                content.Take(json, lines);
            else
                content.CorruptLines.Add(lines);
            rest = rest[(length + 1)..];
        }
        // Every journal begins with a whole line.
        if (!file.IsEmpty && lines == content.CorruptLines.Count)
            throw new InvalidDataException("it is not a journal.");
        if (content.CorruptLines.Count > 0)
            content.Doubt();
        return content;
    }

    private void Take(ReadOnlySpan<byte> json, int number)
    {
        try
        {
            var line = JournalText.Parse(json);
            Take(line);
            LastSequence = Math.Max(LastSequence, line.Sequence);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException or JsonException)
        {
            throw new InvalidDataException($"its line {number} is as it was written but cannot be understood; a later version may have written it. {e.Message}", e);
        }
    }

    private void Take(JournalLine line)
    {
        switch (line.Type)
        {
            case JournalLine.Header:
                KeyPrefix = line.KeyPrefix;
                break;
            case JournalLine.Entry:
                _entries[line.Sequence] = line.ToEntry();
                break;
            case JournalLine.Attempt:
                if (_entries.TryGetValue(line.Sequence, out var tried))
                    tried.Attempts = new(line.At ?? throw new FormatException("The time of a try is missing."));
                break;
            case JournalLine.Removed:
                _entries.Remove(line.Sequence);
                break;
            default:
                throw new FormatException($"Unknown type of line '{line.Type}'.");
        }
    }

    // A line that cannot be read may have said that an entry was tried, or that it has left the outbox.
    private void Doubt()
    {
        foreach (var entry in _entries.Values)
        {
            if (entry.Attempts.UncertainSince is null)
                entry.Attempts = new(entry.QueuedAt);
        }
    }
}
