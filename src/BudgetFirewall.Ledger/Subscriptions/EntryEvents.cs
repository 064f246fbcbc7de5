using System.Globalization;
using System.Text.Json;

namespace BudgetFirewall.Storage;

/// <summary>The events that entries tell of, so that both are written in one transaction: changes of budgets, rate limits, pools and approvals, and late commits. Their ids follow from those of the entries.</summary>
internal static class EntryEvents
{
    private static readonly string[] Types =
    [
        BudgetEventTypes.BudgetChanged, BudgetEventTypes.RateLimitChanged, BudgetEventTypes.QuotaChanged, BudgetEventTypes.ApprovalRequested, BudgetEventTypes.ApprovalGiven, BudgetEventTypes.ApprovalRefused,
        BudgetEventTypes.ApprovalExpired, BudgetEventTypes.ApprovalCancelled, BudgetEventTypes.CommitLate,
    ];

    /// <summary>True for an event that an entry tells of, and that need not be written apart from it.</summary>
    public static bool IsOfEntry(BudgetEvent e) => Types.Contains(e.Type);

    /// <summary>The id of the event that an entry tells of.</summary>
    public static string IdOf(string entryId) => "evt_" + entryId;

    /// <summary>The events of entries.</summary>
    public static IReadOnlyList<BudgetEvent> Of(IReadOnlyList<LedgerEntry> entries)
    {
        List<BudgetEvent>? events = null;
        foreach (var entry in entries)
        {
            if (Read(entry) is { } e)
                (events ??= []).Add(e with { Id = IdOf(entry.Id), Partition = entry.Partition, Data = e.Data with { Partition = entry.Partition } });
        }
        return events ?? [];
    }

    private static BudgetEvent? Read(LedgerEntry entry)
    {
        try
        {
            return Of(entry);
        }
        catch (Exception e) when (e is JsonException or FormatException or KeyNotFoundException or InvalidOperationException or ArgumentException or LedgerException)
        {
            // The entry is written all the same: it is the record, and the event only tells of it.
            return null;
        }
    }

    private static BudgetEvent? Of(LedgerEntry entry) => entry.Kind switch
    {
        LedgerEntryKind.BudgetChange => OfChange(entry, BudgetEventTypes.BudgetChanged, new() { BudgetId = entry.OperationId }),
        LedgerEntryKind.RateLimitChange => OfChange(entry, BudgetEventTypes.RateLimitChanged, new() { RateLimitId = entry.OperationId }),
        LedgerEntryKind.PoolChange => OfChange(entry, BudgetEventTypes.QuotaChanged, new() { PoolId = entry.OperationId }),
        LedgerEntryKind.ApprovalChange => OfApproval(entry),
        LedgerEntryKind.Charge or LedgerEntryKind.Spend or LedgerEntryKind.Commit => entry.IsLate ? OfLateCommit(entry) : null,
        LedgerEntryKind.Correction or LedgerEntryKind.Reset or LedgerEntryKind.Allowance or LedgerEntryKind.Denial or LedgerEntryKind.Check or LedgerEntryKind.Reservation
            or LedgerEntryKind.PoolPeriod or LedgerEntryKind.PoolReallocation or LedgerEntryKind.Allocation => null,
        _ => throw new InvalidOperationException($"There is no kind of entry {entry.Kind}."),
    };

    private static BudgetEvent OfLateCommit(LedgerEntry entry) =>
        new(BudgetEventTypes.CommitLate, entry.Time, entry.OperationId) { Data = new() { OperationId = entry.OperationId, Cost = entry.Amount, Currency = entry.Currency } };

    private static BudgetEvent OfChange(LedgerEntry entry, string type, BudgetEventData data)
    {
        var (before, after) = (JsonOf(entry.Before), JsonOf(entry.After));
        var scope = ScopeOf(entry.Kind, after ?? before);
        return new(type, entry.Time, entry.OperationId)
        {
            Scope = scope,
            Data = data with
            {
                Scope = scope?.ToString(),
                Before = before,
                After = after,
                ValueBefore = LimitOf(entry.Kind, before),
                ValueAfter = LimitOf(entry.Kind, after),
                By = entry.Actor,
                Reason = entry.Reason,
            },
        };
    }

    private static BudgetEvent OfApproval(LedgerEntry entry)
    {
        var after = JsonOf(entry.After);
        var scope = TextOf(after, "scope");
        return new(TypeOf(TextOf(after, "state")), entry.Time, entry.OperationId)
        {
            Scope = scope is null ? null : BudgetScope.Parse(scope),
            Data = new()
            {
                ApprovalId = entry.OperationId,
                BudgetId = TextOf(after, "budgetId"),
                Scope = scope,
                Unit = TextOf(after, "unit"),
                Needed = AmountOf(after, "needed"),
                Limit = AmountOf(after, "limit"),
                Spent = AmountOf(after, "spent"),
                Amount = AmountOf(after, "amount"),
                Until = TextOf(after, "expiresAt") is { } end ? DateTimeOffset.Parse(end, CultureInfo.InvariantCulture) : null,
                By = entry.Actor,
                Reason = entry.Reason,
            },
        };
    }

    private static string TypeOf(string? state) => state switch
    {
        nameof(ApprovalState.Pending) => BudgetEventTypes.ApprovalRequested,
        nameof(ApprovalState.Approved) => BudgetEventTypes.ApprovalGiven,
        nameof(ApprovalState.Denied) => BudgetEventTypes.ApprovalRefused,
        nameof(ApprovalState.Expired) => BudgetEventTypes.ApprovalExpired,
        nameof(ApprovalState.Cancelled) => BudgetEventTypes.ApprovalCancelled,
        _ => throw new LedgerException($"There is no state of an approval '{state}'."),
    };

    private static BudgetScope? ScopeOf(LedgerEntryKind kind, JsonElement? json)
    {
        if (json is not { } limit)
            return null;
        if (kind == LedgerEntryKind.BudgetChange)
            return LimitJson.ReadBudget(limit).Scope;
        return kind == LedgerEntryKind.RateLimitChange ? BudgetScope.Parse(limit.GetProperty("s").GetString()!) : null;
    }

    private static decimal? LimitOf(LedgerEntryKind kind, JsonElement? json) => kind == LedgerEntryKind.BudgetChange && json is { } budget ? LimitJson.ReadBudget(budget).Limit : null;

    private static JsonElement? JsonOf(string? json) => json is null ? null : JsonElement.Parse(json);

    private static string? TextOf(JsonElement? json, string member) => json is { } some && some.TryGetProperty(member, out var value) ? value.GetString() : null;

    private static decimal? AmountOf(JsonElement? json, string member) => TextOf(json, member) is { } text ? decimal.Parse(text, CultureInfo.InvariantCulture) : null;
}
