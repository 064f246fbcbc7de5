using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>One line of a ledger's journal: an entry or changes of state that wait, or the numbers of entries that are in the ledger by now; neither in the first line.</summary>
internal sealed class LedgerJournalLine
{
    [JsonPropertyName("n")]
    public long Number { get; set; }

    [JsonPropertyName("e")]
    public StoredEntry? Entry { get; set; }

    [JsonPropertyName("s")]
    public List<StoredChange>? Changes { get; set; }

    [JsonPropertyName("d")]
    public long[]? Delivered { get; set; }
}
