namespace BudgetFirewall.Storage;

/// <summary>The rows of some entries, table by table. Not thread-safe.</summary>
internal sealed class EntryRows
{
    public LedgerRows Entries { get; } = new(
        "ledger_entries",
        [
            "id", "time_us", "kind", "partition_id", "operation_scope_id", "attribution_id", "amount_nanos", "price_version_id", "flags", "held_nanos", "overrun_nanos", "outcome", "actor_id",
            "currency_id", "requests",
        ],
        ["operation_id", "corrected_entry", "reason", "usage"]);

    public LedgerRows Counters { get; } = new("ledger_entry_counters", ["entry_id", "counter_id", "moved"], []);

    public LedgerRows Lines { get; } = new("ledger_entry_lines", ["entry_id", "position"], ["quantity", "amount"]);

    public LedgerRows Changes { get; } = new("ledger_entry_changes", ["entry_id"], ["old_content", "new_content"]);

    public LedgerRows Scopes { get; } = new("ledger_entry_scopes", ["scope_id", "entry_id"], []);

    public LedgerRows PriceLines { get; } = new("ledger_price_lines", ["version_id", "position", "item_id"], ["unit_price"]);

    /// <summary>The counters that were added with these entries.</summary>
    public HashSet<long> NewCounters { get; } = [];

    /// <summary>An entry as it will be read: with the version of its prices, and without what only changes have.</summary>
    public static LedgerEntry AsRead(LedgerEntry entry, long? priceVersion) => LedgerKinds.IsChange(entry.Kind)
        ? entry with { PriceVersion = priceVersion }
        : entry with { PriceVersion = priceVersion, Before = null, After = null };

    public static EntryFlags FlagsOf(LedgerEntry entry) => (entry.IsLate ? EntryFlags.Late : EntryFlags.None) | (entry.IsCostUnknown ? EntryFlags.CostUnknown : EntryFlags.None);

    /// <summary>The rows that entries have in other tables, in the order in which they are inserted.</summary>
    public IEnumerable<LedgerRows> Details => [Counters, Lines, Changes, Scopes];
}
