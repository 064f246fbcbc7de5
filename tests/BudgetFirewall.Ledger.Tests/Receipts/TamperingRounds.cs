using BudgetFirewall.Redis.Servers;

namespace BudgetFirewall.Ledger.Tests.Receipts;

/// <summary>The ledgers whose rows are changed byte by byte, one after the other.</summary>
public static class TamperingRounds
{
    /// <summary>The numbers of the rounds.</summary>
    public static TheoryData<int> All => [.. Enumerable.Range(0, Soak.Times(1, 9))];
}
