namespace BudgetFirewall;

/// <summary>What a journal file holds.</summary>
internal sealed class JournalContent
{
    private readonly SortedDictionary<long, OutboxEntry> _entries = [];

    private JournalContent()
    {
    }

    /// <summary>What waits, oldest first.</summary>
    public IReadOnlyList<OutboxEntry> Entries => [.. _entries.Values];

    /// <summary>The key prefix of the firewall that wrote it; null for an empty file.</summary>
    public string? KeyPrefix { get; private set; }

    /// <summary>How many bytes are whole lines, up to a last line that was torn when the process died.</summary>
    public long WholeLength { get; private set; }

    /// <summary>True when the last line is torn: whoever wrote it was never told that it was kept.</summary>
    public bool IsTorn { get; private set; }

    /// <summary>The numbers of the lines before the last that are not as they were written.</summary>
    public List<int> CorruptLines { get; } = [];

    public int Lines { get; private set; }

    public long LastSequence { get; private set; }

    public static JournalContent Read(ReadOnlySpan<byte> file)
    {
        var content = new JournalContent();
        var pendingCorrupt = new List<int>();
        for (var start = 0; start < file.Length;)
        {
            var length = file[start..].IndexOf((byte)'\n');
            content.Lines++;
            if (length < 0 || !content.TryTake(file.Slice(start, length)))
                pendingCorrupt.Add(content.Lines);
            else
            {
                content.CorruptLines.AddRange(pendingCorrupt);
                pendingCorrupt.Clear();
                content.WholeLength = start + length + 1;
            }
            start = length < 0 ? file.Length : start + length + 1;
        }
        // One line at the end was being written when the process died; more than one is something else.
        content.IsTorn = pendingCorrupt.Count == 1;
        if (pendingCorrupt.Count > 1)
            content.CorruptLines.AddRange(pendingCorrupt);
        if (content.CorruptLines.Count > 0)
            content.Doubt();
        return content;
    }

    private bool TryTake(ReadOnlySpan<byte> text)
    {
        if (JournalText.Read(text) is not { } line)
            return false;
        try
        {
            Take(line);
            LastSequence = Math.Max(LastSequence, line.Sequence);
            return true;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException)
        {
            return false;
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
                    tried.Tries = new(line.At ?? throw new FormatException("The time of a try is missing."));
                break;
            case JournalLine.Removed:
                _entries.Remove(line.Sequence);
                break;
            default:
                throw new FormatException($"Unknown type of line '{line.Type}'.");
        }
    }

    // A line that cannot be read may have said that an entry was tried, or is out.
    private void Doubt()
    {
        foreach (var entry in _entries.Values)
        {
            if (entry.Tries.UncertainSince is null)
                entry.Tries = new(entry.QueuedAt);
        }
    }
}
