using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>An entry of the ledger as JSON.</summary>
[Description("One line of the ledger, which never changes. Amounts are exact decimals as strings.")]
internal sealed record EntryReply
{
    private const decimal NanosPerUnit = 1_000_000_000m;

    private static readonly string[] NamedKinds = ["provider", "user", "project", "model"];

    public required string EntryId { get; init; }

    [Description("The store's time of the operation.")]
    public required DateTimeOffset Time { get; init; }

    [NamesOf<LedgerEntryKind>]
    public required string Kind { get; init; }

    public required string OperationId { get; init; }

    [Description("What keeps the operation's id apart from others' ids: a digest of the caller, mostly; absent: nothing.")]
    public string? OperationScope { get; init; }

    [Description("The partition; absent: there are none.")]
    public string? Partition { get; init; }

    [Description("The money that was spent, or of an allocation the part of a shared cost, in currency units; below 0 where it was given back or taken back.")]
    public required string Amount { get; init; }

    public required string Currency { get; init; }

    public string? Provider { get; init; }

    public string? Model { get; init; }

    public string? Operation { get; init; }

    public string? UserId { get; init; }

    public string? ProjectId { get; init; }

    [Description("All other scopes, as kind and id.")]
    public required IReadOnlyDictionary<string, string> Dimensions { get; init; }

    [Description("The lines of the cost, as it was priced when it was charged.")]
    public required IReadOnlyList<EstimateLineReply> Lines { get; init; }

    [Description("The same number for entries that were priced by the same prices; absent: nothing was priced.")]
    public long? PriceVersion { get; init; }

    public UsageReply? Usage { get; init; }

    [Description("The counters, with what was moved in each.")]
    public required IReadOnlyList<EntryCounterReply> Counters { get; init; }

    [Description("What the reservation had set aside; absent: there was none.")]
    public string? Held { get; init; }

    [Description("The largest part, in money, above a limit.")]
    public required string Overrun { get; init; }

    public required bool IsLate { get; init; }

    public required bool IsCostUnknown { get; init; }

    [NamesOf<DecisionOutcome>("; allowed: only shadow limits would have refused it; absent: it is no denial")]
    public string? Outcome { get; init; }

    [Description("The number of requests that the entry stands for: more than 1 only for denials that were counted together.")]
    public required long Count { get; init; }

    [Description("The entry that this one changes; absent: none.")]
    public string? CorrectedEntryId { get; init; }

    [Description("The person or program that asked for the change; absent: nobody is known.")]
    public string? Actor { get; init; }

    public string? Reason { get; init; }

    [Description("What was changed as it was before, as JSON; absent: it is new, or the entry is neither a change of limits, pools or approvals nor an allocation.")]
    public string? Before { get; init; }

    [Description("What was changed as it is now, as JSON; absent: it was removed, or the entry is neither a change of limits, pools or approvals nor an allocation.")]
    public string? After { get; init; }

    public static EntryReply Of(LedgerEntry entry) => new()
    {
        EntryId = entry.Id,
        Time = entry.Time,
        Kind = WireNames.Of(entry.Kind),
        OperationId = entry.OperationId,
        OperationScope = entry.OperationScope,
        Partition = entry.Partition,
        Amount = Amounts.Text(entry.Amount),
        Currency = entry.Currency,
        Provider = entry.Provider,
        Model = entry.Model,
        Operation = entry.Operation,
        UserId = entry.UserId,
        ProjectId = entry.ProjectId,
        Dimensions = entry.Scopes.Where(scope => !NamedKinds.Contains(scope.Key)).ToDictionary(StringComparer.Ordinal),
        Lines = [.. entry.Lines.Select(EstimateLineReply.Of)],
        PriceVersion = entry.PriceVersion,
        Usage = entry.Usage is { } usage ? UsageReply.Of(usage) : null,
        Counters = [.. entry.Counters.Select(EntryCounterReply.Of)],
        Held = entry.HeldNanos is { } held ? Amounts.Text(held / NanosPerUnit) : null,
        Overrun = Amounts.Text(entry.OverrunNanos / NanosPerUnit),
        IsLate = entry.IsLate,
        IsCostUnknown = entry.IsCostUnknown,
        Outcome = entry.Outcome is { } outcome ? WireNames.Of(outcome) : null,
        Count = entry.Count,
        CorrectedEntryId = entry.CorrectedEntryId,
        Actor = entry.Actor,
        Reason = entry.Reason,
        Before = entry.Before,
        After = entry.After,
    };
}
