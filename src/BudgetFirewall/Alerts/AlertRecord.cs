using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>An alert as it is kept, with what is needed to end it. Immutable.</summary>
public sealed record AlertRecord
{
    /// <summary>The number of its place among all alerts, by which they are listed; 0 until it is written.</summary>
    public long Number { get; init; }

    /// <summary>The alert.</summary>
    public required Alert Alert { get; init; }

    /// <summary>The key of its group.</summary>
    public required string Group { get; init; }

    /// <summary>The causes that are not over, 100 at most; the oldest are forgotten first.</summary>
    public ImmutableArray<AlertCause> Causes { get; init; } = [];

    /// <summary>The time at which its being open was reported last.</summary>
    public DateTimeOffset ReportedAt { get; init; }

    /// <summary>The time at which it is to be told, where it has opened again within its rule's quiet time; null otherwise.</summary>
    public DateTimeOffset? TellAt { get; init; }

    /// <summary>The kinds of its causes.</summary>
    public AlertCauseKind Kinds => Causes.Aggregate((AlertCauseKind)0, (kinds, cause) => kinds | cause.Kind);

    /// <summary>Writes the record as JSON, without its number.</summary>
    public string ToJson() => AlertJson.Write(this);

    /// <summary>Reads what <see cref="ToJson"/> has written.</summary>
    /// <param name="json">The JSON.</param>
    /// <param name="number">The number of its place.</param>
    /// <exception cref="FormatException">It is no such record.</exception>
    public static AlertRecord FromJson(string json, long number) => AlertJson.Read(json) with { Number = number };
}
