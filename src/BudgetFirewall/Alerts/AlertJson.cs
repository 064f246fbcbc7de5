using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace BudgetFirewall.Storage;

/// <summary>Records of alerts as JSON.</summary>
internal static class AlertJson
{
    public static string Write(AlertRecord record)
    {
        var alert = record.Alert;
        var content = new AlertContent
        {
            Id = alert.Id,
            Rule = alert.Rule,
            Group = record.Group,
            State = alert.State,
            Severity = alert.Severity,
            Event = JsonElement.Parse(Encoding.UTF8.GetString(alert.Event.ToJson())),
            Count = alert.Count,
            OpenedAt = alert.OpenedAt,
            LastAt = alert.LastAt,
            AcknowledgedAt = alert.AcknowledgedAt,
            AcknowledgedBy = alert.AcknowledgedBy,
            Note = alert.Note,
            ResolvedAt = alert.ResolvedAt,
            ResolvedBy = alert.ResolvedBy,
            Resolution = alert.Resolution,
            Causes = [.. record.Causes],
            ReportedAt = record.ReportedAt,
            TellAt = record.TellAt,
        };
        return JsonSerializer.Serialize(content, AlertJsonContext.Default.AlertContent);
    }

    public static AlertRecord Read(string json)
    {
        try
        {
            var content = JsonSerializer.Deserialize(json, AlertJsonContext.Default.AlertContent) ?? throw new FormatException("This is no alert.");
            return new()
            {
                Alert = new()
                {
                    Id = content.Id,
                    Rule = content.Rule,
                    State = content.State,
                    Severity = content.Severity,
                    Event = BudgetEvent.FromJson(Encoding.UTF8.GetBytes(content.Event.GetRawText())),
                    Count = content.Count,
                    OpenedAt = content.OpenedAt,
                    LastAt = content.LastAt,
                    AcknowledgedAt = content.AcknowledgedAt,
                    AcknowledgedBy = content.AcknowledgedBy,
                    Note = content.Note,
                    ResolvedAt = content.ResolvedAt,
                    ResolvedBy = content.ResolvedBy,
                    Resolution = content.Resolution,
                },
                Group = content.Group,
                Causes = [.. content.Causes],
                ReportedAt = content.ReportedAt,
                TellAt = content.TellAt,
            };
        }
        catch (JsonException e)
        {
            throw new FormatException($"This is no alert: {e.Message}", e);
        }
    }

    internal sealed class AlertContent
    {
        public required string Id { get; init; }

        public required string Rule { get; init; }

        public required string Group { get; init; }

        public AlertState State { get; init; }

        public BudgetEventSeverity Severity { get; init; }

        public JsonElement Event { get; init; }

        public long Count { get; init; }

        public DateTimeOffset OpenedAt { get; init; }

        public DateTimeOffset LastAt { get; init; }

        public DateTimeOffset? AcknowledgedAt { get; init; }

        public string? AcknowledgedBy { get; init; }

        public string? Note { get; init; }

        public DateTimeOffset? ResolvedAt { get; init; }

        public string? ResolvedBy { get; init; }

        public string? Resolution { get; init; }

        public required AlertCause[] Causes { get; init; }

        // The name by which databases have it.
        [JsonPropertyName("toldAt")]
        public DateTimeOffset ReportedAt { get; init; }

        public DateTimeOffset? TellAt { get; init; }
    }
}
