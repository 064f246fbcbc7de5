namespace BudgetFirewall.Ledger.Tests.Allocations;

public static class SampleAllocations
{
    public static readonly DateTimeOffset March = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A fee of 90 for March by what projects have spent.</summary>
    public static readonly CostAllocation Fee = new()
    {
        Id = "fee-1", Source = "GPU cluster", Amount = 90m, From = March, To = March.AddMonths(1), Method = AllocationMethod.ByCost, Each = "project", Reason = "invoice 4711", By = "bob",
    };

    /// <summary>The same id with other content, member by member.</summary>
    public static TheoryData<CostAllocation> Others => new(
        Fee with { Amount = 91m }, Fee with { To = Fee.To.AddDays(1) }, Fee with { From = Fee.From.AddDays(1) }, Fee with { Source = "other" }, Fee with { Currency = "EUR" }, Fee with { Method = AllocationMethod.Even },
        Fee with { Method = AllocationMethod.ByUsage, Unit = "request" }, Fee with { Each = "user" }, Fee with { Each = null, Targets = [new(BudgetScope.Project("search"))] }, Fee with { IsAmortised = true }, Fee with { TimeZone = "Europe/Berlin" },
        Fee with { Reason = null }, Fee with { UsedWith = new Dictionary<string, string> { ["provider"] = "openai" } }, Fee with { Scopes = new Dictionary<string, string> { ["provider"] = "openai" } });
}
