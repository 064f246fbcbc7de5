namespace BudgetFirewall.Ledger.Tests.Erasing;

/// <summary>Ids of persons that look like numbers, parts of times, words of the formats or ids of another kind.</summary>
public static class AwkwardIds
{
    public static TheoryData<string> All => ["1", "2", "12", "30", "2026", "search", "true", "user", "evt", "0.8", "EUR", "chat", "Berlin", "part"];
}
