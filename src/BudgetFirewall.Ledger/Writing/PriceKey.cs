namespace BudgetFirewall.Storage;

/// <summary>The prices of an entry's lines, by which keys compare. Keys are equal where <see cref="PriceList.Of"/> gives the same text.</summary>
/// <param name="Entry">An entry with these prices.</param>
/// <param name="Currency">The id of its currency.</param>
internal readonly record struct PriceKey(LedgerEntry Entry, long Currency)
{
    public bool Equals(PriceKey other)
    {
        var (lines, others) = (Entry.Lines, other.Entry.Lines);
        if (Currency != other.Currency || lines.Length != others.Length)
            return false;
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Name != others[i].Name || Price(lines[i]) != Price(others[i]))
                return false;
        }
        return true;
    }

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Currency);
        foreach (var line in Entry.Lines)
        {
            hash.Add(line.Name);
            hash.Add(Price(line));
        }
        return hash.ToHashCode();
    }

    private static decimal? Price(CostLine line) => PriceList.HasPrice(line) ? line.UnitPrice : null;
}
