using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BudgetFirewall.Receipts;

namespace BudgetFirewall.Storage;

/// <summary>A person who is erased, and what takes the place of the id in texts. Immutable.</summary>
/// <param name="Kind">The kind of scope.</param>
/// <param name="Id">The id.</param>
/// <param name="ErasedId">What takes its place.</param>
internal sealed record ErasedPerson(string Kind, string Id, string ErasedId)
{
    private const int ShortestUnmistakable = 8;
    private const int LongestId = 256;
    private const int DigestBytes = 4;
    private const string NumberedPart = "part ";

    private static readonly FrozenSet<string> Words = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "true", "false", "null", "evt", "alr", "erased", "user", "second", "minute", "hour", "day", "week", "month", "quarter", "year", "forever", "utc");

    /// <summary>The longest part of the id that is the same in every form of a text: letters and digits of ASCII, which neither JSON nor a database writes in another way. Empty where there is none.</summary>
    public string Part { get; } = PartOf(Id);

    /// <summary>True for an id that could be a number, a time or a word that JSON of the ledger has of its own, so that it means somebody only where an id or a text that somebody has written stands.</summary>
    public bool IsMistakable { get; } = !Id.Any(sign => char.IsLetter(sign) && sign is not ('T' or 'Z' or 'E' or 'e')) || Words.Contains(Id);

    /// <summary>The text with the erased id wherever it names the person; the same text where it does not.</summary>
    public string Replace(string text) => IsNumberOfPart(text) ? text : PersonalText.Replace(text, Kind, Id, ErasedId);

    /// <summary>The text of a scope with the erased id, where it is the person's.</summary>
    public string ReplaceScope(string text) => Fit(text, PersonalText.ReplaceScope(text, Kind, Id, ErasedId));

    /// <summary>The id or name of something with the erased id, unless it is made of words and numbers that may mean something else.</summary>
    public string ReplaceName(string text) => IsMistakable ? ReplaceScope(text) : Replace(text);

    /// <summary>JSON with the erased id in each member that may name a person; the same JSON where it names nobody. What is no object or list is a text.</summary>
    public string ReplaceInJson(string json) => InJson(json, isOfState: false) ?? Replace(json);

    /// <summary>True where a text of the ledger that stays as it is, plain or JSON, names the person.</summary>
    public bool IsLeftIn(string text)
    {
        if (InJson(text, isOfState: true) is { } next)
            return next != text;
        return IsMistakable ? text == Id || ReplaceScope(text) != text : Replace(text) != text;
    }

    /// <summary>The text of a field of an entry with the erased id.</summary>
    public string Replace(PersonalField field, string text) => field.IsJson ? ReplaceInJson(text) : Replace(text);

    /// <summary>True where a text has the id inside of a longer word, and the id is too long for that to be chance.</summary>
    public bool IsInside(string text) => Id.Length >= ShortestUnmistakable && Replace(text).Contains(Id, StringComparison.Ordinal);

    // The parts of a change that is told in several entries are told apart by their numbers.
    private bool IsNumberOfPart(string text) => IsMistakable && text.StartsWith(NumberedPart, StringComparison.Ordinal) && text.AsSpan(NumberedPart.Length) is { IsEmpty: false } number && !number.ContainsAnyExceptInRange('0', '9');

    /// <summary>The same of JSON, or where it has the id in a member that is of no known meaning.</summary>
    public bool IsInsideJson(string json) => Id.Length >= ShortestUnmistakable && ReplaceInJson(json).Contains(Id, StringComparison.Ordinal);

    /// <summary>The text of a scope whose id is no longer than one may be: a longer one would not be read any more. What is cut off is told apart by a digest.</summary>
    private string Fit(string text, string next)
    {
        var longest = text.IndexOf('=', StringComparison.Ordinal) + 1 + LongestId;
        if (next.Length <= longest || text.Length > longest)
            return next;
        var end = string.Concat("~", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(next)).AsSpan(0, DigestBytes)));
        var kept = Start(next, longest - end.Length);
        return (kept.Contains(ErasedId, StringComparison.Ordinal) ? kept : Start(next, longest - end.Length - ErasedId.Length) + ErasedId) + end;
    }

    private static string Start(string text, int length) => text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    private string? InJson(string text, bool isOfState)
    {
        if (text is not ['{' or '[', ..])
            return null;
        try
        {
            return new ErasedJson(this, isOfState).Replace(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string PartOf(string id)
    {
        var (longest, start) = ("", 0);
        for (var i = 0; i <= id.Length; i++)
        {
            if (i < id.Length && char.IsAsciiLetterOrDigit(id[i]))
                continue;
            if (i - start > longest.Length)
                longest = id[start..i];
            start = i + 1;
        }
        return longest;
    }
}
