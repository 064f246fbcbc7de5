using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Net.Mail;
using System.Text;

namespace BudgetFirewall;

/// <summary>An event as a message of e-mail, without a sender, who is the application's. Immutable.</summary>
/// <param name="To">The addresses of the receivers, at least one.</param>
/// <param name="Subject">The subject, one line.</param>
/// <param name="Text">The text, plain. Ids that strangers have chosen have no control characters in it, and none in the subject.</param>
/// <param name="Id">The id of the event, the same each time that it is sent.</param>
public sealed record EmailMessage(ImmutableArray<string> To, string Subject, string Text, string Id)
{
    private const int LongestSubject = 150;
    private const int MostReceivers = 20;
    private const int LongestAddress = 254;

    private static readonly SearchValues<char> Refused = SearchValues.Create("\r\n<>\"?&;");

    /// <summary>The message of an event.</summary>
    /// <param name="budgetEvent">The event.</param>
    /// <param name="to">The addresses of the receivers.</param>
    public static EmailMessage Of(BudgetEvent budgetEvent, ImmutableArray<string> to)
    {
        ArgumentNullException.ThrowIfNull(budgetEvent);
        var sentence = DisplayText.Escape(budgetEvent.Text);
        var text = new StringBuilder(sentence).Append("\n\n");
        Line(text, "Type", budgetEvent.Type);
        Line(text, "Time", budgetEvent.Time.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        Line(text, "About", budgetEvent.Subject);
        Line(text, "Scope", budgetEvent.Scope?.ToString());
        Line(text, "Partition", budgetEvent.Partition);
        Line(text, "Id", budgetEvent.Id);
        return new(to, Mark(budgetEvent.Severity) + (sentence.Length <= LongestSubject ? sentence : Beginning(sentence) + "…"), text.ToString(), budgetEvent.Id);
    }

    /// <summary>Reads addresses that are separated by commas.</summary>
    /// <param name="addresses">The addresses, as <c>ops@example.com,finance@example.com</c>: 1 to 20.</param>
    /// <exception cref="ArgumentException">One is no address, or there are none or too many.</exception>
    public static ImmutableArray<string> ParseAddresses(string addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        var all = addresses.Split(',', StringSplitOptions.TrimEntries);
        if (all.Length > MostReceivers)
            throw new ArgumentException($"A message has 1 to {MostReceivers} receivers, not {all.Length}.", nameof(addresses));
        foreach (var one in all)
        {
            // Nothing but an address: neither a name before it nor anything that a header would take for more.
            if (one.Length > LongestAddress || !MailAddress.TryCreate(one, out var address) || address.Address != one || one.AsSpan().ContainsAny(Refused))
                throw new ArgumentException(DisplayText.Escape($"'{one}' is no address of e-mail."), nameof(addresses));
        }
        return [.. all];
    }

    // Two characters of UTF-16 that are one belong together.
    private static string Beginning(string text) => text[..(char.IsHighSurrogate(text[LongestSubject - 1]) ? LongestSubject - 1 : LongestSubject)];

    private static void Line(StringBuilder text, string name, string? value)
    {
        if (value is not null)
            text.Append(name).Append(": ").Append(DisplayText.Escape(value)).Append('\n');
    }

    private static string Mark(BudgetEventSeverity severity) => severity switch
    {
        BudgetEventSeverity.Information => "",
        BudgetEventSeverity.Warning => "[warning] ",
        BudgetEventSeverity.Error => "[error] ",
        _ => throw new InvalidOperationException($"There is no severity {severity}."),
    };
}
