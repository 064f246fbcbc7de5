namespace BudgetFirewall.Benchmarks.Ledger;

/// <summary>A table of entries, and which of its columns has the key of the entry.</summary>
/// <param name="Name">The table's name.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Texts">The number of columns of text, which are the last.</param>
/// <param name="KeyColumn">The place of the column with the entry's key.</param>
internal sealed record BareTable(string Name, string[] Columns, int Texts, int KeyColumn)
{
    public static IReadOnlyList<BareTable> All { get; } =
    [
        new("ledger_entries",
        [
            "id", "time_us", "kind", "partition_id", "operation_scope_id", "attribution_id", "amount_nanos", "price_version_id", "flags", "held_nanos", "overrun_nanos", "outcome", "actor_id", "currency_id",
            "operation_id", "corrected_entry", "reason", "usage",
        ], 4, 0),
        new("ledger_entry_counters", ["entry_id", "counter_id", "moved"], 0, 0),
        new("ledger_entry_lines", ["entry_id", "position", "quantity", "amount"], 2, 0),
        new("ledger_entry_scopes", ["scope_id", "entry_id"], 0, 1),
    ];
}
