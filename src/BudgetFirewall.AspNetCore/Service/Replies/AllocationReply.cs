using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>An allocation as JSON.</summary>
[Description("A shared cost as it was allocated, and who has got how much of it. Amounts are exact decimals as strings.")]
internal sealed record AllocationReply
{
    public required string Id { get; init; }

    [Description("The partition; absent: there are none.")]
    public string? Partition { get; init; }

    public required string Source { get; init; }

    public required string Amount { get; init; }

    public required string Currency { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    [NamesOf<AllocationMethod>]
    public required string Method { get; init; }

    public string? Unit { get; init; }

    public string? Each { get; init; }

    [Description("The scopes that were asked for; empty where each names their kind.")]
    public required IReadOnlyList<AllocationTargetReply> Targets { get; init; }

    public required IReadOnlyDictionary<string, string> UsedWith { get; init; }

    public required IReadOnlyDictionary<string, string> Scopes { get; init; }

    public required bool IsAmortised { get; init; }

    public required string TimeZone { get; init; }

    public string? Reason { get; init; }

    [Description("Whoever has made it first; absent: nobody is known.")]
    public string? By { get; init; }

    [Description("The parts, which add up to amount. Where it was taken back, as they were before.")]
    public required IReadOnlyList<AllocationShareReply> Shares { get; init; }

    [Description("The number of times that it was made.")]
    public required long Version { get; init; }

    [Description("When it was made last.")]
    public required DateTimeOffset MadeAt { get; init; }

    [Description("When it was taken back; absent: it stands.")]
    public DateTimeOffset? TakenBackAt { get; init; }

    [Description("true when the call has changed nothing, because the same was done before.")]
    public required bool IsReplay { get; init; }

    public static AllocationReply Of(MadeAllocation made) => new()
    {
        Id = made.Allocation.Id,
        Partition = made.Allocation.Partition,
        Source = made.Allocation.Source,
        Amount = Amounts.Text(made.Allocation.Amount),
        Currency = made.Allocation.Currency,
        From = made.Allocation.From,
        To = made.Allocation.To,
        Method = WireNames.Of(made.Allocation.Method),
        Unit = made.Allocation.Unit,
        Each = made.Allocation.Each,
        Targets = [.. made.Allocation.Targets.Select(target => new AllocationTargetReply { Scope = target.Scope.ToString(), Weight = Amounts.Text(target.Weight) })],
        UsedWith = made.Allocation.UsedWith,
        Scopes = made.Allocation.Scopes,
        IsAmortised = made.Allocation.IsAmortised,
        TimeZone = made.Allocation.TimeZone,
        Reason = made.Allocation.Reason,
        By = made.Allocation.By,
        Shares = [.. made.Shares.Select(share => new AllocationShareReply { Scope = share.Scope.ToString(), Weight = Amounts.Text(share.Weight), Amount = Amounts.Text(share.Amount) })],
        Version = made.Version,
        MadeAt = made.MadeAt,
        TakenBackAt = made.TakenBackAt,
        IsReplay = made.IsReplay,
    };
}
