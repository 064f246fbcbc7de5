using System.Text.RegularExpressions;

namespace BudgetFirewall.Policy.Tests.Scripts;

internal enum LuaTokenKind
{
    Name,
    Keyword,
    Literal,
    Symbol,
    Include,
    End,
}

/// <summary>A token of a script. Lines that include pieces are tokens, and so are those that include one of several; other comments are not.</summary>
internal readonly partial record struct LuaToken(LuaTokenKind Kind, string Text)
{
    private static readonly string[] Keywords =
    [
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if", "in", "local", "nil", "not", "or", "repeat", "return",
        "then", "true", "until", "while",
    ];

    public static IReadOnlyList<LuaToken> Of(string text)
    {
        var tokens = new List<LuaToken>();
        foreach (Match match in Pattern().Matches(text))
        {
            if (match.Groups["include"] is { Success: true } include)
                tokens.AddRange(include.Value.Split(',').Select(piece => new LuaToken(LuaTokenKind.Include, piece.Trim())));
            else if (match.Groups["case"] is { Success: true } branches)
                tokens.AddRange(Branches(branches.Value.Split(' ')));
            else if (match.Groups["name"].Success)
                tokens.Add(new(IsKeyword(match.Value) ? LuaTokenKind.Keyword : LuaTokenKind.Name, match.Value));
            else if (match.Groups["literal"].Success)
                tokens.Add(new(LuaTokenKind.Literal, match.Value));
            else if (match.Groups["symbol"].Success)
                tokens.Add(new(LuaTokenKind.Symbol, match.Value));
            else if (match.Groups["unknown"].Success)
                throw new FormatException($"'{match.Value}' is not Lua that this reader knows.");
        }
        tokens.Add(new(LuaTokenKind.End, ""));
        return tokens;
    }

    // Every piece of the branches takes and gives the same, whichever of them runs.
    private static IEnumerable<LuaToken> Branches(string[] words) =>
    [
        new(LuaTokenKind.Keyword, "if"), new(LuaTokenKind.Name, words[0]), new(LuaTokenKind.Keyword, "then"), new(LuaTokenKind.Keyword, "end"),
        .. LayoutConstants.Of(words[1]).Select(constant => new LuaToken(LuaTokenKind.Include, constant.ToLowerInvariant())),
    ];

    private static bool IsKeyword(string word) => Keywords.Contains(word, StringComparer.Ordinal);

    [GeneratedRegex("""
        ^\#!.*$|--@(include|entry)\ (?<include>.*)$|--@case\ (?<case>.*)$|--.*$|\s+
        |(?<name>[A-Za-z_][A-Za-z0-9_]*)
        |(?<literal>[0-9]+(\.[0-9]+)?|'([^'\\\n]|\\.)*'|"([^"\\\n]|\\.)*")
        |(?<symbol>\.\.|==|~=|<=|>=|[-+*/%^\#<>=(){}\[\];:,.])
        |(?<unknown>.)
        """, RegexOptions.Multiline | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
