using System.Text.RegularExpressions;

namespace BudgetFirewall.Policy.Tests.Scripts;

/// <summary>
/// A piece of a script. It begins with what it does, in sentences, an empty comment, and the names that it takes (in), takes and gives another
/// value (changes) and defines for what follows it (out), each with a note in brackets where it needs one.
/// </summary>
internal sealed partial class ScriptPiece
{
    public ScriptPiece(string name, string text)
    {
        (Name, Text) = (name, text);
        var header = text.Split('\n').TakeWhile(IsComment).ToList();
        var blank = header.IndexOf("--");
        if (blank < 1 || !header[..blank].TrueForAll(line => line.StartsWith("-- ", StringComparison.Ordinal)))
            Faults.Add("does not begin with what it does and an empty comment");
        foreach (var line in header[(blank + 1)..])
            ReadNames(line);
        if (In.Count + Changes.Count + Out.Count == 0)
            Faults.Add("takes and gives nothing");
    }

    public string Name { get; }

    public string Text { get; }

    public List<string> In { get; } = [];

    public List<string> Changes { get; } = [];

    public List<string> Out { get; } = [];

    /// <summary>What is wrong with its form.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>What of its header is not true.</summary>
    /// <param name="pieces">The pieces, by name.</param>
    /// <param name="known">The names that every script has.</param>
    public IEnumerable<string> Untruths(Func<string, ScriptPiece> pieces, IReadOnlySet<string> known)
    {
        var names = LuaNames.Of(Text, pieces);
        foreach (var name in names.Read.Except(known).Except(In).Except(Changes))
            yield return $"{Name} reads '{name}' and does not name it";
        foreach (var name in names.Changed.Except(Changes))
            yield return $"{Name} changes '{name}' and does not say so";
        foreach (var name in In.Except(names.Read).Concat(Changes.Except(names.Changed)))
            yield return $"{Name} has no use for '{name}', or defines it itself";
        foreach (var name in In.Concat(Changes).Where(known.Contains))
            yield return $"{Name} names '{name}', which every script has";
        foreach (var name in Out.Except(names.Defined))
            yield return $"{Name} does not define '{name}'";
    }

    private static bool IsComment(string line) =>
        line.StartsWith("--", StringComparison.Ordinal) && !line.StartsWith("--@", StringComparison.Ordinal);

    private void ReadNames(string line)
    {
        var match = Form().Match(line);
        if (!match.Success)
        {
            Faults.Add($"has the line '{line}' where names belong");
            return;
        }
        var names = match.Groups["kind"].Value switch { "in" => In, "changes" => Changes, _ => Out };
        if ((names == In && Changes.Count + Out.Count > 0) || (names == Changes && Out.Count > 0))
            Faults.Add($"has the line '{line}' out of order");
        foreach (Capture name in match.Groups["name"].Captures)
        {
            if (In.Concat(Changes).Concat(Out).Contains(name.Value, StringComparer.Ordinal))
                Faults.Add($"names '{name.Value}' twice");
            names.Add(name.Value);
        }
    }

    [GeneratedRegex(
        @"^-- (?<kind>in|changes|out): (?<name>[A-Za-z_]+)( \([^()]+\))?(, (?<name>[A-Za-z_]+)( \([^()]+\))?)*$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
