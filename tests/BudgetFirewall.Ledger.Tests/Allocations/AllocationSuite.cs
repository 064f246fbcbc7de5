namespace BudgetFirewall.Ledger.Tests.Allocations;

/// <summary>Tests of a ledger that allocates shared costs.</summary>
public abstract class AllocationSuite<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    protected static DateTimeOffset March => SampleAllocations.March;

    /// <summary>A fee of 90 for March by what projects have spent.</summary>
    protected static CostAllocation Fee => SampleAllocations.Fee;

    protected IAllocationLedger Allocations => (IAllocationLedger)Ledger;

    /// <summary>Search has spent 2, mail 1, and somebody without a project 4.</summary>
    protected async Task SpendAsync() => await Ledger.AppendAsync(
    [
        Charge("1", 1.5m, project: "search"), Charge("2", 0.5m, Noon.AddDays(1), project: "search"), Charge("3", 1m, project: "mail", user: "bob"), Charge("4", 4m, user: "carol"), Charge("5", 8m, March.AddDays(-1), project: "search"),
    ]);

    protected static IEnumerable<(string Scope, decimal Amount)> AmountsOf(MadeAllocation made) => made.Shares.Select(share => (share.Scope.ToString(), share.Amount));

    protected static LedgerReportRequest OfMarch(params string[] groups) => new() { From = March, To = March.AddMonths(1), GroupBy = groups };

    protected async Task<List<LedgerEntry>> EntriesOfAsync(string id) => await ReadAllAsync(new() { OperationId = id, Kinds = [LedgerEntryKind.Allocation] });
}
