using System.Text;

namespace BudgetFirewall.Receipts;

/// <summary>
/// Finds the id of a person in a text: as <c>kind=id</c> at the end or before a slash, a space or a mark that closes, and elsewhere as a whole word. An id beside a letter, a digit or an at sign is a part of another one, as
/// <c>alice</c> in <c>alice@example.com</c>.
/// </summary>
internal static class PersonalText
{
    /// <summary>True where a text names the person.</summary>
    public static bool Names(string text, string kind, string id) => Find(text, kind, id, 0) >= 0;

    /// <summary>The text with something else wherever it names the person; the same text where it does not.</summary>
    public static string Replace(string text, string kind, string id, string by)
    {
        var place = Find(text, kind, id, 0);
        if (place < 0)
            return text;
        var (replaced, copied) = (new StringBuilder(), 0);
        for (; place >= 0; place = Find(text, kind, id, copied))
        {
            replaced.Append(text, copied, place - copied).Append(by);
            copied = place + id.Length;
        }
        return replaced.Append(text, copied, text.Length - copied).ToString();
    }

    private static int Find(string text, string kind, string id, int from)
    {
        for (var place = text.IndexOf(id, from, StringComparison.Ordinal); place >= 0; place = text.IndexOf(id, place + 1, StringComparison.Ordinal))
        {
            if (IsWhole(text, kind, place, place + id.Length))
                return place;
        }
        return -1;
    }

    private static bool IsWhole(string text, string kind, int start, int end)
    {
        if (start > 0 && text[start - 1] == '=')
            return IsOfKind(text, kind, start - 1) && (end == text.Length || text[end] is '/' || EndsId(text[end]));
        return !Continues(text, start - 1, -1) && !Continues(text, end, 1) && (end == text.Length || text[end] != '=');
    }

    private static bool IsOfKind(string text, string kind, int equals)
    {
        var start = equals - kind.Length;
        return start >= 0 && string.CompareOrdinal(text, start, kind, 0, kind.Length) == 0 && (start == 0 || !char.IsLetterOrDigit(text[start - 1]));
    }

    private static bool EndsId(char next) => char.IsWhiteSpace(next) || next is '"' or '\'' or ',' or ';' or ')' or ']' or '}';

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
