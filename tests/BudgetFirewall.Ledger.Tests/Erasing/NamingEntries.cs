using System.Text.Json;

namespace BudgetFirewall.Ledger.Tests.Erasing;

/// <summary>Entries that name a person in every text that may.</summary>
internal static class NamingEntries
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    public static LedgerEntry[] Of(string person, DateTimeOffset? time = null)
    {
        var at = time ?? Noon;
        var scopes = new Dictionary<string, string> { ["user"] = person, ["project"] = "search" };
        var charge = new LedgerEntry
        {
            Kind = LedgerEntryKind.Commit,
            OperationId = $"{person}-123",
            OperationScope = person,
            Time = at,
            Scopes = scopes,
            Operation = "chat",
            AmountNanos = 5_000_000_000,
            IsLate = true,
            Counters = [new("user/day", BudgetScope.User(person), at.AddHours(-at.Hour), null, 5_000_000_000)],
        };
        return
        [
            charge,
            charge with { OperationId = $"c-{at.Hour}", OperationScope = null, Time = at.AddSeconds(1), AmountNanos = 7, IsLate = false },
            charge with { Kind = LedgerEntryKind.Correction, OperationId = $"note-{at.Hour}", Time = at.AddSeconds(2), AmountNanos = -1, CorrectedEntryId = charge.Id, Actor = person, Reason = $"asked by {person}, twice" },
            new()
            {
                Kind = LedgerEntryKind.BudgetChange,
                OperationId = $"user={person}/day",
                Time = at.AddSeconds(3),
                Scopes = new Dictionary<string, string> { ["user"] = person },
                Actor = $"{person}",
                Before = BudgetOf(person, "50"),
                After = BudgetOf(person, "75.50"),
            },
            new() { Kind = LedgerEntryKind.PoolChange, OperationId = $"pool-{at.Hour}", Time = at.AddSeconds(4), Reason = "a pool", After = $$"""{"members":[{"scope":{{Json("user=" + person)}},"weight":1.50},{"scope":"user=bob"}],{{Json("user=" + person)}}:null}""" },
            new() { Kind = LedgerEntryKind.Allowance, OperationId = $"a-{at.Hour}", Time = at.AddSeconds(5), Scopes = scopes, Actor = "bob", Counters = [new("user/day", BudgetScope.User(person), at.AddHours(-at.Hour), null, 3)] },
        ];
    }

    // As a budget's change has it.
    private static string BudgetOf(string person, string limit) => $$"""{"id":{{Json($"user={person}/day")}},"s":{{Json($"user={person}")}},"l":{{limit}},"p":"Day","e":"Hard"}""";

    private static string Json(string text) => JsonSerializer.Serialize(text);
}
