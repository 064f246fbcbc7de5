namespace BudgetFirewall.Policy.Tests.Scripts;

/// <summary>
/// Finds out which names a piece of Lua takes from outside and which it defines. A piece that it includes does what its header says.
/// </summary>
internal sealed class LuaNames
{
    private static readonly string[] Unary = ["not", "-", "#"];
    private static readonly string[] Binary = ["and", "or", "..", "==", "~=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "^"];
    private static readonly string[] EndsOfBlocks = ["end", "else", "elseif", "until"];

    private readonly IReadOnlyList<LuaToken> _tokens;
    private readonly Func<string, ScriptPiece> _piece;
    private readonly Stack<HashSet<string>> _scopes = [];
    private int _at;

    private LuaNames(string text, Func<string, ScriptPiece> piece)
    {
        _tokens = LuaToken.Of(text);
        _piece = piece;
        _scopes.Push(Defined);
        Block();
        if (Next.Kind != LuaTokenKind.End)
            throw new FormatException($"'{Next.Text}' ends no block.");
    }

    /// <summary>The names from outside that are read.</summary>
    public SortedSet<string> Read { get; } = new(StringComparer.Ordinal);

    /// <summary>The names from outside that are given another value.</summary>
    public SortedSet<string> Changed { get; } = new(StringComparer.Ordinal);

    /// <summary>The local names that what follows the piece can see.</summary>
    public HashSet<string> Defined { get; } = new(StringComparer.Ordinal);

    private LuaToken Next => _tokens[_at];

    public static LuaNames Of(string text, Func<string, ScriptPiece> piece) => new(text, piece);

    private void Block()
    {
        while (!IsEndOfBlock())
            Statement();
    }

    private void InnerBlock(IEnumerable<string> names)
    {
        _scopes.Push(new(names, StringComparer.Ordinal));
        Block();
        _ = _scopes.Pop();
    }

    private void Statement()
    {
        if (Next.Kind == LuaTokenKind.Include)
            Include(_tokens[_at++].Text);
        else if (Is("local"))
            Local();
        else if (Is("if"))
            If();
        else if (Is("for"))
            For();
        else if (Is("while"))
            While();
        else if (Is("repeat"))
            Repeat();
        else if (Is("do"))
            BlockTo("end");
        else if (Is("return"))
            Return();
        else if (!Is("break") && !Is(";"))
            AssignmentOrCall();
    }

    private void Include(string name)
    {
        var piece = _piece(name);
        foreach (var taken in piece.In.Concat(piece.Changes))
            Reads(taken);
        foreach (var changed in piece.Changes)
            Changes(changed);
        _scopes.Peek().UnionWith(piece.Out);
    }

    private void Local()
    {
        if (Is("function"))
        {
            _ = _scopes.Peek().Add(Name());
            Function();
            return;
        }
        var names = Names();
        if (Is("="))
            Expressions();
        _scopes.Peek().UnionWith(names);
    }

    private void If()
    {
        do
        {
            Expression();
            Expect("then");
            InnerBlock([]);
        }
        while (Is("elseif"));
        if (Is("else"))
            InnerBlock([]);
        Expect("end");
    }

    private void For()
    {
        var names = Names();
        if (!Is("="))
            Expect("in");
        Expressions();
        Expect("do");
        BlockTo("end", names);
    }

    private void While()
    {
        Expression();
        Expect("do");
        BlockTo("end");
    }

    private void Repeat()
    {
        _scopes.Push(new(StringComparer.Ordinal));
        Block();
        Expect("until");
        Expression();
        _ = _scopes.Pop();
    }

    private void BlockTo(string end, IReadOnlyList<string>? names = null)
    {
        InnerBlock(names ?? []);
        Expect(end);
    }

    private void Return()
    {
        if (!IsEndOfBlock())
            Expressions();
    }

    private void AssignmentOrCall()
    {
        var targets = new List<string?>();
        do
            targets.Add(Suffixed());
        while (Is(","));
        if (!Is("="))
            return;
        Expressions();
        foreach (var target in targets.OfType<string>())
            Changes(target);
    }

    private void Expressions()
    {
        do
            Expression();
        while (Is(","));
    }

    private void Expression()
    {
        do
        {
            while (IsAny(Unary))
            {
            }
            Operand();
        }
        while (IsAny(Binary));
    }

    private void Operand()
    {
        if (Next.Kind == LuaTokenKind.Literal || Next.Text is "nil" or "true" or "false")
            _at++;
        else if (Is("function"))
            Function();
        else if (Is("{"))
            Table();
        else if (Suffixed() is { } name)
            Reads(name);
    }

    /// <summary>A name, or what is called or indexed; a name that stands alone is given back and not yet read.</summary>
    private string? Suffixed()
    {
        string? name = null;
        if (Is("("))
        {
            Expression();
            Expect(")");
        }
        else
        {
            name = Name();
        }
        while (Next.Text is "." or "[" or ":" or "(" or "{" || (Next.Kind == LuaTokenKind.Literal && Next.Text[0] is '\'' or '"'))
        {
            if (name is not null)
                Reads(name);
            name = null;
            Suffix();
        }
        return name;
    }

    private void Suffix()
    {
        if (Is(".") || Is(":"))
        {
            _ = Name();
        }
        else if (Is("["))
        {
            Expression();
            Expect("]");
        }
        else if (Is("{"))
        {
            Table();
        }
        else if (Is("("))
        {
            if (Is(")"))
                return;
            Expressions();
            Expect(")");
        }
        else
        {
            _at++;
        }
    }

    private void Table()
    {
        while (!Is("}"))
        {
            if (Is("["))
            {
                Expression();
                Expect("]");
                Expect("=");
            }
            else if (Next.Kind == LuaTokenKind.Name && _tokens[_at + 1].Text == "=")
            {
                _at += 2;
            }
            Expression();
            if (!Is(","))
                _ = Is(";");
        }
    }

    private void Function()
    {
        Expect("(");
        var names = Is(")") ? [] : Names();
        if (names.Count > 0)
            Expect(")");
        BlockTo("end", names);
    }

    private List<string> Names()
    {
        var names = new List<string>();
        do
            names.Add(Name());
        while (Is(","));
        return names;
    }

    private string Name() => Next.Kind == LuaTokenKind.Name ? _tokens[_at++].Text : throw new FormatException($"'{Next.Text}' is no name.");

    private void Reads(string name)
    {
        if (!_scopes.Any(scope => scope.Contains(name)))
            _ = Read.Add(name);
    }

    private void Changes(string name)
    {
        if (!_scopes.Any(scope => scope.Contains(name)))
            _ = Changed.Add(name);
    }

    private bool IsEndOfBlock() =>
        Next.Kind == LuaTokenKind.End || (Next.Kind == LuaTokenKind.Keyword && EndsOfBlocks.Contains(Next.Text, StringComparer.Ordinal));

    private void Expect(string text)
    {
        if (!Is(text))
            throw new FormatException($"'{Next.Text}' stands where '{text}' belongs.");
    }

    private bool IsAny(string[] texts) => texts.Any(Is);

    private bool Is(string text)
    {
        if (Next.Kind is not (LuaTokenKind.Keyword or LuaTokenKind.Symbol) || Next.Text != text)
            return false;
        _at++;
        return true;
    }
}
