namespace BudgetFirewall.Storage;

/// <summary>Rows that are inserted into one table of a ledger by one call. Columns of numbers come before columns of text. Not thread-safe.</summary>
public sealed class LedgerRows
{
    private readonly List<long?>[] _numbers;
    private readonly List<string?>[] _texts;

    /// <summary>No rows yet.</summary>
    /// <param name="table">The table.</param>
    /// <param name="numbers">The names of the columns of 64-bit integers.</param>
    /// <param name="texts">The names of the columns of text.</param>
    /// <param name="onConflict">The clause that follows the values where a row may be there already; empty for none.</param>
    /// <param name="key">The columns that no two rows have alike, of a table that keeps each row once and gives it an id; null for other tables.</param>
    internal LedgerRows(string table, IReadOnlyList<string> numbers, IReadOnlyList<string> texts, string onConflict = "", IReadOnlyList<string>? key = null)
    {
        (Table, OnConflict, Key) = (table, onConflict, key ?? []);
        Columns = [.. numbers, .. texts];
        _numbers = [.. numbers.Select(_ => new List<long?>())];
        _texts = [.. texts.Select(_ => new List<string?>())];
    }

    /// <summary>The table.</summary>
    public string Table { get; }

    /// <summary>The names of all columns, those of numbers first.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The clause that follows the values where a row may be there already; empty for none.</summary>
    public string OnConflict { get; }

    /// <summary>The columns that no two rows have alike, of a table that keeps each row once and gives it an id; empty for other tables.</summary>
    public IReadOnlyList<string> Key { get; }

    /// <summary>The number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>The number of columns of numbers, which are the first of all.</summary>
    public int NumberColumns => _numbers.Length;

    /// <summary>The values of one of the first columns.</summary>
    /// <param name="column">The column's place.</param>
    public IReadOnlyList<long?> Numbers(int column) => _numbers[column];

    /// <summary>The values of one of the columns of text.</summary>
    /// <param name="column">The column's place among all columns.</param>
    public IReadOnlyList<string?> Texts(int column) => _texts[column - _numbers.Length];

    internal void Add(ReadOnlySpan<long?> numbers, params ReadOnlySpan<string?> texts)
    {
        for (var i = 0; i < _numbers.Length; i++)
            _numbers[i].Add(numbers[i]);
        for (var i = 0; i < _texts.Length; i++)
            _texts[i].Add(LedgerText.ToDatabase(texts[i]));
        Count++;
    }
}
