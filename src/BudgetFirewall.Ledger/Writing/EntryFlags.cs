namespace BudgetFirewall.Storage;

/// <summary>The parts of an entry that are true or false, as one number. The bits are written to databases and never change.</summary>
[Flags]
internal enum EntryFlags
{
    None = 0,
    Late = 1,
    CostUnknown = 2,
}
