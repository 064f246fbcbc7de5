namespace BudgetFirewall.Policy.Tests.Scripts;

public sealed class ScriptPieceTests
{
    private const string Folder = "src/BudgetFirewall.Redis/Scripts";
    private const int MostTimesInAScript = 2;

    private static readonly Dictionary<string, ScriptPiece> Pieces = Repository.Files($"{Folder}/shared", "*.lua")
        .Select(path => new ScriptPiece(Path.GetFileNameWithoutExtension(path), File.ReadAllText(Repository.At(path))))
        .ToDictionary(piece => piece.Name, StringComparer.Ordinal);

    // Lua's and the server's own names, and those of the table of layouts.
    private static readonly HashSet<string> Known =
        [.. NamesOfLayouts(), "redis", "math", "string", "table", "error", "ipairs", "pairs", "next", "tonumber", "type", "unpack"];

    private static IEnumerable<string> Scripts =>
        Repository.Files(Folder, "*.lua").Where(path => !path.Contains("/shared/", StringComparison.Ordinal));

    [Fact]
    public void Every_piece_says_what_it_takes_and_gives_in_one_form() =>
        Pieces.Values.SelectMany(piece => piece.Faults.Select(fault => $"{piece.Name} {fault}")).ToList().Should().BeEmpty();

    [Fact]
    public void What_a_piece_says_is_true() =>
        Pieces.Values.SelectMany(piece => piece.Untruths(name => Pieces[name], Known)).ToList().Should().BeEmpty();

    [Fact]
    public void A_script_takes_nothing_from_outside()
    {
        var unknown = from path in Scripts
                      let names = LuaNames.Of(File.ReadAllText(Repository.At(path)), name => Pieces[name])
                      from name in names.Read.Except(Known).Concat(names.Changed)
                      select $"{path} takes '{name}' from nowhere";

        unknown.ToList().Should().BeEmpty();
    }

    [Fact]
    public void Every_piece_stands_in_a_script_and_no_more_often_than_where_something_is_changed_and_where_it_is_not()
    {
        // Algorithms share pieces, and of those no more than one stands on the way of a call.
        var included = Scripts.ToDictionary(path => path, path => Included(path, File.ReadAllText(Repository.At(path))).ToList());

        var tooOften = from script in included
                       from piece in script.Value.CountBy(piece => piece)
                       where piece.Value > MostTimesInAScript
                       select $"{script.Key} has {piece.Key.Name} {piece.Value} times in {piece.Key.Place}";

        tooOften.ToList().Should().BeEmpty();
        Pieces.Keys.Except(included.Values.SelectMany(pieces => pieces).Select(piece => piece.Name)).ToList().Should().BeEmpty();
    }

    [Fact]
    public void Every_algorithm_of_rate_limits_has_its_number_in_the_scripts() =>
        LayoutConstants.Of("AlgorithmNumber").Select(name => name.Replace("_", "", StringComparison.Ordinal))
            .Should().Equal(Enum.GetNames<RateLimitAlgorithm>().Select(name => name.ToUpperInvariant()));

    [Fact]
    public void The_numbers_of_algorithms_are_those_of_the_enumeration()
    {
        var numbers = System.Reflection.Assembly.Load("BudgetFirewall.Redis").GetType("BudgetFirewall.AlgorithmNumber")!.GetFields()
            .ToDictionary(field => field.Name, field => (long)field.GetRawConstantValue()!);

        numbers.Should().BeEquivalentTo(Enum.GetValues<RateLimitAlgorithm>().ToDictionary(algorithm => algorithm.ToString(), algorithm => (long)algorithm));
    }

    [Theory]
    [InlineData("-- Adds.\n--\n-- in: a\n-- out: c\nlocal c = a + b", "x reads 'b' and does not name it")]
    [InlineData("-- Adds.\n--\n-- in: a, b\n-- out: c\nlocal c = a", "x has no use for 'b', or defines it itself")]
    [InlineData("-- Adds.\n--\n-- in: a\n-- out: c\nlocal a = 1\nlocal c = a", "x has no use for 'a', or defines it itself")]
    [InlineData("-- Adds.\n--\n-- in: a\n-- out: c\nif a then\n  local c = a\nend", "x does not define 'c'")]
    [InlineData("-- Adds.\n--\n-- in: a, b\na = b", "x changes 'a' and does not say so")]
    [InlineData("-- Adds.\n--\n-- in: BASE\n-- out: c\nlocal c = BASE", "x names 'BASE', which every script has")]
    [InlineData("-- Adds.\n--\n-- out: c\nlocal c = 1\n--@include overflow", "x reads 'amount_hi' and does not name it")]
    [InlineData("-- Adds.\n--\n-- out: c\nlocal c = function(a) return a end\nfor i = 1, n do c(i) end", "x reads 'n' and does not name it")]
    public void An_untrue_header_is_found(string text, string untruth) =>
        new ScriptPiece("x", text).Untruths(name => Pieces[name], Known).Should().Contain(untruth);

    [Theory]
    [InlineData("local c = 1", "does not begin with what it does and an empty comment")]
    [InlineData("-- Adds.\n--\nlocal c = 1", "takes and gives nothing")]
    [InlineData("-- Adds.\n--\n-- in a\nlocal c = a", "has the line '-- in a' where names belong")]
    [InlineData("-- Adds.\n--\n-- out: c\n-- in: a\nlocal c = a", "has the line '-- in: a' out of order")]
    [InlineData("-- Adds.\n--\n-- in: a\n-- out: a\nlocal c = a", "names 'a' twice")]
    public void Another_form_is_found(string text, string fault) => new ScriptPiece("x", text).Faults.Should().Contain(fault);

    private static IEnumerable<(string Place, string Name)> Included(string place, string text) =>
        LuaToken.Of(text).Where(token => token.Kind == LuaTokenKind.Include)
            .SelectMany(token => Included(token.Text, Pieces[token.Text].Text).Prepend((place, token.Text)));

    private static IEnumerable<string> NamesOfLayouts()
    {
        var layout = "";
        foreach (var line in File.ReadLines(Repository.At($"{Folder}/layouts.txt")))
        {
            var words = line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is ["layout", var name])
            {
                layout = name;
                yield return name;
                yield return $"{name}_SIZE";
            }
            else if (words is ["constants", ..])
            {
                layout = "";
            }
            else if (words is [var member, _])
            {
                yield return layout.Length == 0 ? member : $"{layout}_{member.ToUpperInvariant()}_AT";
            }
        }
    }
}
