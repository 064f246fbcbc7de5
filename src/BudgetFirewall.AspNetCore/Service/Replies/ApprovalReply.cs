using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>An approval as JSON.</summary>
[Description("An approval that was asked for when a budget had no room for a request. Amounts are exact decimals as strings, in currency units or in unit.")]
internal sealed record ApprovalReply
{
    public required string Id { get; init; }

    [NamesOf<ApprovalState>]
    public required string State { get; init; }

    public required string BudgetId { get; init; }

    [Description("The budget's name for people; absent: none.")]
    public string? Name { get; init; }

    [Description("The scope whose request was refused, as user=alice.")]
    public required string Scope { get; init; }

    public string? Partition { get; init; }

    public required string Period { get; init; }

    [Description("The start of the period that the approval is about; absent: the period does not end.")]
    public DateTimeOffset? PeriodStart { get; init; }

    [Description("The usage unit that is counted; absent: money.")]
    public string? Unit { get; init; }

    [Description("The limit when it was asked for, as the four that follow.")]
    public required string Limit { get; init; }

    public required string Allowance { get; init; }

    public required string Spent { get; init; }

    public required string Held { get; init; }

    [Description("The amount that there was no room for.")]
    public required string Needed { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    [Description("The end of the time in which it can be answered.")]
    public required DateTimeOffset ExpiresAt { get; init; }

    [Description("The amount that was approved; absent: none.")]
    public string? Amount { get; init; }

    [Description("Who has approved, denied or cancelled it; absent: nobody, or somebody without a name.")]
    public string? DecidedBy { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    public string? Note { get; init; }

    [Description("Who has asked: the request that was refused first.")]
    public required ApprovalRequestReply Request { get; init; }

    public static ApprovalReply Of(Approval approval) => new()
    {
        Id = approval.Id,
        State = WireNames.Of(approval.State),
        BudgetId = approval.BudgetId,
        Name = approval.Name,
        Scope = approval.Scope.ToString(),
        Partition = approval.Partition,
        Period = approval.Period.ToString(),
        PeriodStart = approval.PeriodStart,
        Unit = approval.Unit,
        Limit = Amounts.Text(approval.Limit),
        Allowance = Amounts.Text(approval.Allowance),
        Spent = Amounts.Text(approval.Spent),
        Held = Amounts.Text(approval.Held),
        Needed = Amounts.Text(approval.Needed),
        RequestedAt = approval.RequestedAt,
        ExpiresAt = approval.ExpiresAt,
        Amount = approval.Amount is { } amount ? Amounts.Text(amount) : null,
        DecidedBy = approval.DecidedBy,
        DecidedAt = approval.DecidedAt,
        Note = approval.Note,
        Request = ApprovalRequestReply.Of(approval.Request),
    };
}
