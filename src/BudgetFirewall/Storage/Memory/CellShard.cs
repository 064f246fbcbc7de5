namespace BudgetFirewall.Storage;

/// <summary>
/// A part of the store's cells: a hash table whose entries are the cells themselves. Finding a cell, or that there is none, takes no lock,
/// unless the table is being changed; adding and removing take it. A thread that adds cells or rearranges the table has entered the shard.
/// </summary>
internal sealed class CellShard : Versioned
{
    private const int MinBuckets = 16;

    private readonly Lock _gate = new();
    private Cell?[] _buckets = new Cell?[MinBuckets];

    public int Count { get; private set; }

    public Cell? Find(in CellKey key) => Find(key, out _);

    /// <summary>Finds a cell; null when there is none, which stays true as long as the shard's version does not change.</summary>
    public Cell? Find(in CellKey key, out int version)
    {
        var isQuiet = TryLook(out version);
        if (Search(Volatile.Read(ref _buckets), key) is { } found)
            return found;
        // A search during a rearrangement may miss a cell, but never finds a wrong one.
        if (isQuiet && IsStill(version))
            return null;
        lock (_gate)
        {
            TryLook(out version);
            return Search(_buckets, key);
        }
    }

    /// <summary>Returns the existing cell, or adds the given one and returns it.</summary>
    public Cell GetOrAdd(in CellKey key, Cell added)
    {
        lock (_gate)
        {
            if (Search(_buckets, key) is { } found)
                return found;
            // Half empty, because a cell that is passed on the way to another is mostly far from the processor.
            if (Count >= _buckets.Length / 2)
                Rearrange(_buckets.Length * 2);
            Enter();
            Push(_buckets, added);
            Exit();
            Count++;
            return added;
        }
    }

    /// <summary>Forgets a cell that the caller has entered.</summary>
    public void Drop(Cell cell)
    {
        cell.IsDropped = true;
        lock (_gate)
        {
            ref var link = ref _buckets[IndexOf(cell.Hash, _buckets)];
            if (link == cell)
            {
                link = cell.Next;
            }
            else
            {
                var before = link!;
                while (before.Next != cell)
                    before = before.Next!;
                before.Next = cell.Next;
            }
            Count--;
            if (_buckets.Length > MinBuckets && Count < _buckets.Length / 8)
                Rearrange(_buckets.Length / 2);
        }
    }

    /// <summary>Forgets the cells that may be forgotten by now.</summary>
    public void Sweep(long nowTicks)
    {
        foreach (var cell in Where(cell => cell.IsOver(nowTicks)))
        {
            cell.Enter();
            if (!cell.IsDropped && cell.IsOver(nowTicks))
                Drop(cell);
            cell.Exit();
        }
    }

    /// <summary>The cells that meet a condition. The condition is evaluated without entering them, so it may be out of date.</summary>
    public List<Cell> Where(Func<Cell, bool> condition)
    {
        var cells = new List<Cell>();
        lock (_gate)
        {
            foreach (var first in _buckets)
            {
                for (var cell = first; cell is not null; cell = cell.Next)
                {
                    if (condition(cell))
                        cells.Add(cell);
                }
            }
        }
        return cells;
    }

    private static Cell? Search(Cell?[] buckets, in CellKey key)
    {
        var cell = Volatile.Read(ref buckets[IndexOf(key.Hash, buckets)]);
        while (cell is not null && !cell.Is(key))
            cell = cell.Next;
        return cell;
    }

    private void Rearrange(int length)
    {
        var buckets = new Cell?[length];
        Enter();
        foreach (var first in _buckets)
        {
            for (Cell? cell = first, next; cell is not null; cell = next)
            {
                next = cell.Next;
                Push(buckets, cell);
            }
        }
        Volatile.Write(ref _buckets, buckets);
        Exit();
    }

    private static void Push(Cell?[] buckets, Cell cell)
    {
        ref var first = ref buckets[IndexOf(cell.Hash, buckets)];
        cell.Next = first;
        Volatile.Write(ref first, cell);
    }

    // The lowest bits have chosen the shard.
    private static int IndexOf(int hash, Cell?[] buckets) => (hash >> MemoryCells.ShardBits) & (buckets.Length - 1);
}
