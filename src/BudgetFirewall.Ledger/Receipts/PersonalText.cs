using System.Text;

namespace BudgetFirewall.Receipts;

/// <summary>
/// Finds the id of a person in a text: as <c>kind=id</c> at the end or before a slash, a space, a mark that closes or the end of a sentence, and elsewhere as a whole word. An id beside a letter, a digit or an at sign is a
/// part of another one, as <c>alice</c> in <c>alice@example.com</c>, and what is inside of an erased id is none.
/// </summary>
internal static class PersonalText
{
    /// <summary>True where a text names the person.</summary>
    public static bool Names(string text, string kind, string id) => Find(text, kind, id, 0, isScope: false) >= 0;

    /// <summary>The text with something else wherever it names the person; the same text where it does not.</summary>
    public static string Replace(string text, string kind, string id, string by) => Replace(text, kind, id, by, isScope: false);

    /// <summary>The same in the text of a scope, as <c>kind=id</c> alone. A mark at its end belongs to the id, as the dot of <c>user=alice.</c></summary>
    public static string ReplaceScope(string text, string kind, string id, string by) => Replace(text, kind, id, by, isScope: true);

    private static string Replace(string text, string kind, string id, string by, bool isScope)
    {
        var place = Find(text, kind, id, 0, isScope);
        if (place < 0)
            return text;
        var (replaced, copied) = (new StringBuilder(), 0);
        for (; place >= 0; place = Find(text, kind, id, copied, isScope))
        {
            replaced.Append(text, copied, place - copied).Append(by);
            copied = place + id.Length;
        }
        return replaced.Append(text, copied, text.Length - copied).ToString();
    }

    private static int Find(string text, string kind, string id, int from, bool isScope)
    {
        for (var place = text.IndexOf(id, from, StringComparison.Ordinal); place >= 0; place = text.IndexOf(id, place + 1, StringComparison.Ordinal))
        {
            if (IsWhole(text, kind, place, place + id.Length, isScope) && !IsInErasedId(text, place, place + id.Length))
                return place;
        }
        return -1;
    }

    private static bool IsWhole(string text, string kind, int start, int end, bool isScope)
    {
        if (start > 0 && text[start - 1] == '=')
            return IsOfKind(text, kind, start - 1) && (end == text.Length || text[end] is '/' || EndsId(text[end]) || (!isScope && EndsPhrase(text, end)));
        return !isScope && !Continues(text, start - 1, -1) && !Continues(text, end, 1) && (end == text.Length || text[end] != '=');
    }

    private static bool IsOfKind(string text, string kind, int equals)
    {
        var start = equals - kind.Length;
        return start >= 0 && string.CompareOrdinal(text, start, kind, 0, kind.Length) == 0 && (start == 0 || !char.IsLetterOrDigit(text[start - 1]));
    }

    private static bool EndsId(char next) => char.IsWhiteSpace(next) || next is '"' or '\'' or ',' or ';' or ')' or ']' or '}';

    /// <summary>True for marks that belong to no id because nothing of one follows: the dot of <c>user=alice.</c> at the end or before a space, and the sign of <c>user=alice&amp;project=x</c>.</summary>
    private static bool EndsPhrase(string text, int place)
    {
        if (text[place] == '&')
        {
            var name = place + 1;
            while (name < text.Length && char.IsLetterOrDigit(text[name]))
                name++;
            if (name > place + 1 && name < text.Length && text[name] == '=')
                return true;
        }
        while (place < text.Length && IsMark(text[place]))
            place++;
        return place == text.Length || EndsId(text[place]);
    }

    // These are in the middle of ids, and at their ends.
    private static bool IsMark(char sign) => (char.IsPunctuation(sign) || char.IsSymbol(sign)) && sign is not ('-' or '_' or '@' or '+' or '=' or '/');

    private static bool IsInErasedId(string text, int start, int end)
    {
        var open = text.LastIndexOf('(', start);
        var close = open < 0 ? -1 : text.IndexOf(')', open);
        return close >= end - 1 && (open, close) != (start, end - 1) && PersonalValue.IsErasedId(text[open..(close + 1)]);
    }

    /// <summary>True where the character at a place belongs to the same word as the one beside it; a dot or a plus sign does between two letters or digits.</summary>
    private static bool Continues(string text, int place, int step)
    {
        if (place < 0 || place >= text.Length)
            return false;
        if (char.IsLetterOrDigit(text[place]) || text[place] == '@')
            return true;
        var beyond = place + step;
        return text[place] is '.' or '+' && beyond >= 0 && beyond < text.Length && char.IsLetterOrDigit(text[beyond]);
    }
}
