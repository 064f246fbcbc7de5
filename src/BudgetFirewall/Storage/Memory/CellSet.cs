namespace BudgetFirewall.Storage;

/// <summary>The cells of one step. They are entered in ascending order, all of them before anything is read, and left together.</summary>
internal struct CellSet
{
    private LimitBuffer<Cell?> _cells;
    // The places of the cells in the order in which they are entered.
    private LimitBuffer<byte> _entered;
    private int _enteredCount;

    public CellSet()
    {
        _cells = new();
        _entered = new();
    }

    public Cell? this[int index]
    {
        readonly get => _cells[index];
        set => _cells[index] = value;
    }

    /// <summary>Enters the first <paramref name="count"/> cells; false, with none entered, when one of them was dropped since it was found.</summary>
    public bool TryEnter(int count, MemoryCells cells)
    {
        _enteredCount = 0;
        for (var i = 0; i < count; i++)
        {
            if (_cells[i] is not null)
                Line(i);
        }
        var areAllThere = true;
        for (var i = 0; i < _enteredCount; i++)
        {
            var cell = EnteredAt(i);
            cell.Enter();
            areAllThere &= !cell.IsDropped;
        }
        if (!areAllThere)
            Leave(cells);
        return areAllThere;
    }

    public void Leave(MemoryCells cells)
    {
        for (var i = 0; i < _enteredCount; i++)
            cells.Leave(EnteredAt(i));
        _enteredCount = 0;
    }

    // A cell that a step names twice is entered once.
    private void Line(int index)
    {
        var cell = _cells[index]!;
        var at = _enteredCount;
        while (at > 0 && EnteredAt(at - 1).Order >= cell.Order)
            at--;
        if (at < _enteredCount && EnteredAt(at) == cell)
            return;
        for (var i = _enteredCount; i > at; i--)
            _entered[i] = _entered[i - 1];
        _entered[at] = (byte)index;
        _enteredCount++;
    }

    private readonly Cell EnteredAt(int position) => _cells[_entered[position]]!;
}
