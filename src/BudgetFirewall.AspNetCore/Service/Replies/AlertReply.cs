using System.ComponentModel;
using System.Text.Json;

namespace BudgetFirewall;

/// <summary>An alert as JSON.</summary>
[Description("Something that somebody should look at: one or more events of one rule that belong together.")]
internal sealed record AlertReply
{
    public required string Id { get; init; }

    [Description("The name of the rule that has chosen its events.")]
    public required string Rule { get; init; }

    [NamesOf<AlertState>]
    public required string State { get; init; }

    [NamesOf<BudgetEventSeverity>]
    public required string Severity { get; init; }

    [Description("The type of the last event, as budgetfirewall.store.away.v1.")]
    public required string EventType { get; init; }

    [Description("The scope that the last event is about, as user=alice; absent: none.")]
    public string? Scope { get; init; }

    public string? Partition { get; init; }

    [Description("The last event in a sentence.")]
    public required string Text { get; init; }

    [Description("The number of events.")]
    public required long Count { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    [Description("The time of the last event.")]
    public required DateTimeOffset LastAt { get; init; }

    public DateTimeOffset? AcknowledgedAt { get; init; }

    public string? AcknowledgedBy { get; init; }

    public string? Note { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    [Description("Who has resolved it; absent: it was resolved by itself, or by somebody without a name.")]
    public string? ResolvedBy { get; init; }

    [Description("Why it is resolved, in a sentence; absent: it is not.")]
    public string? Resolution { get; init; }

    [Description("The last event, as CloudEvents has it.")]
    public required JsonElement Event { get; init; }

    public static AlertReply Of(Alert alert) => new()
    {
        Id = alert.Id,
        Rule = alert.Rule,
        State = WireNames.Of(alert.State),
        Severity = WireNames.Of(alert.Severity),
        EventType = alert.Event.Type,
        Scope = alert.Event.Scope?.ToString(),
        Partition = alert.Event.Partition,
        Text = alert.Event.Text,
        Count = alert.Count,
        OpenedAt = alert.OpenedAt,
        LastAt = alert.LastAt,
        AcknowledgedAt = alert.AcknowledgedAt,
        AcknowledgedBy = alert.AcknowledgedBy,
        Note = alert.Note,
        ResolvedAt = alert.ResolvedAt,
        ResolvedBy = alert.ResolvedBy,
        Resolution = alert.Resolution,
        Event = JsonElement.Parse(alert.Event.ToJson()),
    };
}
