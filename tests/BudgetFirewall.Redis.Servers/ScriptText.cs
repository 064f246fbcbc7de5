using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace BudgetFirewall.Redis.Servers;

/// <summary>The scripts as they are in the assembly, for tests that call them directly.</summary>
public static class ScriptText
{
    private const string IncludeMark = "--@include ";

    /// <summary>The digest that a server knows a script by, in hexadecimal.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "Redis names scripts by their SHA-1.")]
    public static string Sha1Of(string name) => Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(Of(name))));

    /// <summary>A script or a piece of one with the pieces that it includes, byte for byte as the store sends it.</summary>
    public static string Of(string name) => Expanded(Read(name));

    /// <summary>A text with the pieces that it includes.</summary>
    public static string Expanded(string text) => string.Concat(text.TrimEnd('\n').Split('\n').Select(line =>
        line.TrimStart().StartsWith(IncludeMark, StringComparison.Ordinal)
            ? string.Concat(line.TrimStart()[IncludeMark.Length..].Split(',', StringSplitOptions.TrimEntries).Select(Of))
            : line + '\n'));

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(RedisBudgetStore).Assembly.GetManifestResourceStream(name + ".lua")!, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
