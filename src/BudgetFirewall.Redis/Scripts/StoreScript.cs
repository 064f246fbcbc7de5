using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace BudgetFirewall;

/// <summary>One operation's script, and the digest that a server knows it by.</summary>
internal sealed partial class StoreScript
{
    private const string OriginMark = "--> ";

    [SuppressMessage("Security", "CA5350", Justification = "Redis names scripts by their SHA-1.")]
    public StoreScript(string name, string text)
    {
        Name = name;
        Text = text;
        Sha1 = SHA1.HashData(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>The operation's name, as its file's.</summary>
    public string Name { get; }

    /// <summary>The whole text, shared pieces included.</summary>
    public string Text { get; }

    /// <summary>The digest.</summary>
    public byte[] Sha1 { get; }

    /// <summary>An error of the server, with the file and line that each line of the script comes from.</summary>
    public string Located(string error) =>
        LineInScript().Replace(error, match => $"{match.Value} ({Origin(ToNumber(match.Groups[1].Value))})");

    // The composed text says where each of its parts comes from.
    private string Origin(int line)
    {
        var lines = Text.Split('\n');
        for (var i = Math.Min(line, lines.Length) - 1; i >= 0; i--)
        {
            var text = lines[i].TrimStart();
            if (!text.StartsWith(OriginMark, StringComparison.Ordinal))
                continue;
            var origin = text[OriginMark.Length..].Split(':');
            return origin is [var file, var first] ? $"{file}:{ToNumber(first) + line - i - 2}" : origin[0];
        }
        return $"{Name}.lua:{line}";
    }

    private static int ToNumber(string digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex("user_script:([0-9]{1,6})", RegexOptions.CultureInvariant)]
    private static partial Regex LineInScript();
}
