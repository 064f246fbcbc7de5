using System.Text;

namespace BudgetFirewall.Reliability;

/// <summary>Ids that try to reach beyond themselves: separators, hash tags, control characters, look-alikes, the text of other keys.</summary>
internal static class HostileIds
{
    private static readonly string[] Parts =
    [
        "{", "}", ":", "{}", "}{", "\0", "\n", "\r", "%", "#", "*", "?", "[", "\\", " ", "a", "A", "é", "e\u0301", "а", "ｃ", "\u200b", "\U0001F600", "o:", "c:", "b:", "meta", "v1", "default",
        "{bf:default}:v1:", "c:user/year:alice:20260101", "%3A", "%7B", "_", "-", ".", "0", "1",
    ];

    public static string Next(Random random)
    {
        var id = new StringBuilder();
        for (var parts = random.Next(1, 12); parts > 0; parts--)
            id.Append(Parts[random.Next(Parts.Length)]);
        id.Append(random.Next(4) == 0 ? new string('x', random.Next(200)) : "");
        var text = id.Length > 256 ? id.ToString(0, 250) : id.ToString();
        return char.IsHighSurrogate(text[^1]) ? text[..^1] + "x" : text;
    }

    /// <summary>Two ids, the second often hardly different from the first.</summary>
    public static IEnumerable<string> Pair(Random random)
    {
        var id = Next(random);
        var at = random.Next(id.Length + 1);
        var part = Parts[random.Next(Parts.Length)];
        yield return id;
        yield return random.Next(3) switch
        {
            0 => Next(random),
            1 when !char.IsLowSurrogate(id.ElementAtOrDefault(at)) => id.Insert(at, part),
            _ => id + part,
        };
    }
}
