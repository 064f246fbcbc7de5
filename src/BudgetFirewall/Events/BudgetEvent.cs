using System.Security.Cryptography;

namespace BudgetFirewall;

/// <summary>
/// Something notable that has happened: a budget has reached 80 %, requests were denied, a limit was changed. As JSON it is an event of <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md">CloudEvents 1.0</a>.
/// Immutable.
/// </summary>
public sealed record BudgetEvent
{
    private const int IdDigits = 32;

    /// <summary>The source of events of a firewall without a name.</summary>
    internal const string DefaultSource = "/budgetfirewall";

    /// <summary>An event.</summary>
    /// <param name="type">Its type, one of <see cref="BudgetEventTypes"/> or of the application's own.</param>
    /// <param name="time">The time at which it happened.</param>
    /// <param name="subject">The id of what it is about, or a word for that; not empty.</param>
    /// <exception cref="ArgumentException"><paramref name="type"/> or <paramref name="subject"/> is empty.</exception>
    public BudgetEvent(string type, DateTimeOffset time, string subject)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentException.ThrowIfNullOrEmpty(subject);
        (Type, Time, Subject) = (type, time.ToUniversalTime(), subject);
    }

    /// <summary>The id, by which a receiver that gets an event twice recognises it. Default: a new one of 128 random bits.</summary>
    public string Id { get; init; } = "evt_" + RandomNumberGenerator.GetHexString(IdDigits, lowercase: true);

    /// <summary>The firewall that it comes from: <c>/budgetfirewall</c>, and <c>/budgetfirewall/</c> with the name of a named one.</summary>
    public string Source { get; init; } = DefaultSource;

    /// <summary>The type, which says what the members of <see cref="Data"/> are.</summary>
    public string Type { get; }

    /// <summary>The severity. It follows from the type, and of an alert that has opened from <see cref="BudgetEventData.Severity"/>.</summary>
    public BudgetEventSeverity Severity => Type == BudgetEventTypes.AlertOpened && Data.Severity is { } text && BudgetEventTypes.TryReadSeverity(text, out var severity) ? severity : BudgetEventTypes.SeverityOf(Type);

    /// <summary>The time at which it happened, UTC: by the store's clock where it is known there, otherwise by the process's.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>The id of the budget, rate limit, approval, pool, operation or anomaly that it is about, or <c>store</c>.</summary>
    public string Subject { get; }

    /// <summary>The scope that it is about; null for none.</summary>
    public BudgetScope? Scope { get; init; }

    /// <summary>The partition; null without partitions.</summary>
    public string? Partition { get; init; }

    /// <summary>The body.</summary>
    public BudgetEventData Data { get; init; } = new();

    /// <summary>The source of the events of a firewall, which is different for each name.</summary>
    /// <param name="name">The firewall's name; null for the unnamed one.</param>
    public static string SourceOf(string? name) => name is null ? DefaultSource : $"{DefaultSource}/{Uri.EscapeDataString(name)}";

    /// <summary>The event in a sentence for people. It names scopes, so do not show it to strangers.</summary>
    public string Text => DisplayText.Escape(EventText.Of(this));

    /// <summary>Writes the event as CloudEvents has it in JSON: <c>application/cloudevents+json</c>. Attributes are escaped by <see cref="DisplayText"/>, since CloudEvents has no control characters in them; the body has what was given.</summary>
    /// <returns>The JSON in UTF-8.</returns>
    public byte[] ToJson() => CloudEventJson.Write(this);

    /// <summary>Reads an event as <see cref="ToJson"/> writes it. Receivers in .NET may use it once they have verified what they got.</summary>
    /// <param name="json">The JSON in UTF-8.</param>
    /// <exception cref="FormatException">It is no such event.</exception>
    public static BudgetEvent FromJson(ReadOnlyMemory<byte> json) => CloudEventJson.Read(json);
}
