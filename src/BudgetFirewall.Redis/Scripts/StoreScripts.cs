using System.Text;

namespace BudgetFirewall;

/// <summary>The scripts, one file per operation, which the build puts together from shared pieces.</summary>
/// <remarks>
/// A line <c>--@include a, b</c> of a script stands for the pieces of those names, and a line <c>--@entry a, b</c> does in its variant for ledgers. What scripts name of <c>layouts.txt</c> stands in the place of its name, or gets a local name by
/// the line <c>--@prelude</c>. Pieces on the way of every call are blocks, not functions: a script is run whole each time, and making one function costs
/// as much as unpacking a counter.
/// </remarks>
internal static class StoreScripts
{
    public static readonly StoreScript Handshake = Load("handshake");
    public static readonly StoreScript FindPartition = Load("find_partition");
    public static readonly StoreScript TimeZone = Load("time_zone");
    public static readonly StoreScript SelfTest = Load("selftest");
    public static readonly StoreScript Check = Load("check");
    public static readonly StoreScript Explain = Load("explain");
    public static readonly StoreScript Reserve = Load("reserve");
    public static readonly StoreScript Spend = Load("spend");
    public static readonly StoreScript Charge = Load("charge");
    public static readonly StoreScript Commit = Load("commit");
    public static readonly StoreScript Release = Load("release");
    public static readonly StoreScript Undo = Load("undo");
    public static readonly StoreScript Extend = Load("extend");
    public static readonly StoreScript Find = Load("find");
    public static readonly StoreScript Recall = Load("recall");
    public static readonly StoreScript Status = Load("status");
    public static readonly StoreScript Adapt = Load("adapt");
    public static readonly StoreScript FreezeLimit = Load("freeze_limit");
    public static readonly StoreScript Reset = Load("reset");
    public static readonly StoreScript Counters = Load("counters");
    public static readonly StoreScript DocumentRead = Load("document_read");
    public static readonly StoreScript DocumentWrite = Load("document_write");
    public static readonly StoreScript Grant = Load("grant");
    public static readonly StoreScript Correct = Load("correct");
    public static readonly StoreScript AskApproval = Load("ask_approval");
    public static readonly StoreScript DecideApproval = Load("decide_approval");
    public static readonly StoreScript ReadApprovals = Load("read_approvals");
    public static readonly StoreScript CatalogRead = Load("catalog_read");
    public static readonly StoreScript CatalogSet = Load("catalog_set");
    public static readonly StoreScript CatalogRemove = Load("catalog_remove");

    public static readonly StoreScript EntriesRead = Load("entries_read");
    public static readonly StoreScript EntriesTakeOver = Load("entries_take_over");
    public static readonly StoreScript EntriesRemove = Load("entries_remove");
    public static readonly StoreScript EntriesSetAside = Load("entries_set_aside");
    public static readonly StoreScript EntriesCount = Load("entries_count");
    public static readonly StoreScript StoreId = Load("store_id");
    public static readonly StoreScript PartitionsAdd = Load("partitions_add");
    public static readonly StoreScript PartitionsRead = Load("partitions_read");
    public static readonly StoreScript PartitionsRemove = Load("partitions_remove");

    // The same scripts with a ledger: they append an entry in the same step.
    public static readonly StoreScript SpendWithEntry = Load("spend_with_entry");
    public static readonly StoreScript ChargeWithEntry = Load("charge_with_entry");
    public static readonly StoreScript CommitWithEntry = Load("commit_with_entry");
    public static readonly StoreScript ResetWithEntry = Load("reset_with_entry");
    public static readonly StoreScript GrantWithEntry = Load("grant_with_entry");
    public static readonly StoreScript CorrectWithEntry = Load("correct_with_entry");
    public static readonly StoreScript DecideApprovalWithEntry = Load("decide_approval_with_entry");
    public static readonly StoreScript CatalogSetWithEntry = Load("catalog_set_with_entry");
    public static readonly StoreScript CatalogRemoveWithEntry = Load("catalog_remove_with_entry");
    public static readonly StoreScript DocumentWriteWithEntry = Load("document_write_with_entry");

    private static StoreScript Load(string name)
    {
        using var stream = typeof(StoreScripts).Assembly.GetManifestResourceStream(name + ".lua")
            ?? throw new InvalidOperationException($"The script '{name}.lua' is missing from the assembly.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return new(name, reader.ReadToEnd());
    }
}
