using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace BudgetFirewall.Policy.Tests.Rules;

public sealed partial class SourceRulesTests
{
    private const int MostLinesOfAMember = 70;
    private const int MostLinesOfAFile = 300;
    private const int MostLinesOfATestFile = 400;
    private static readonly string[] FoldersByKind = ["Models", "Helpers", "Utils", "Utilities", "Managers", "Common", "Misc"];

    private static IEnumerable<string> Everywhere => new[] { "src", "tests", "samples" }.SelectMany(folder => Repository.Files(folder, "*.cs"));

    [Fact]
    public void A_file_of_a_library_holds_one_type_and_is_named_after_it()
    {
        var wrong = from path in Repository.Files("src", "*.cs")
                    let types = TopLevelTypes(path).ToArray()
                    where types.Length > 1 || (types.Length == 1 && types[0] != Path.GetFileNameWithoutExtension(path).Split('.')[0])
                    select $"{path}: {string.Join(", ", types)}";

        wrong.Should().BeEmpty();
    }

    [Fact]
    public void A_folder_is_a_feature_and_not_a_kind() =>
        Everywhere.Where(path => Path.GetDirectoryName(path)!.Split('/', '\\').Intersect(FoldersByKind, StringComparer.OrdinalIgnoreCase).Any()).Should().BeEmpty();

    [Fact]
    public void No_file_is_longer_than_can_be_read_in_one_go() =>
        Everywhere.Should().NotContain(path => File.ReadLines(Repository.At(path)).Count() > (path.StartsWith("tests/", StringComparison.Ordinal) ? MostLinesOfATestFile : MostLinesOfAFile));

    [Fact]
    public void No_member_is_longer_than_a_screen()
    {
        var tooLong = from path in Everywhere
                      from member in Root(path).DescendantNodes().Where(node => node is BaseMethodDeclarationSyntax or BasePropertyDeclarationSyntax or LocalFunctionStatementSyntax)
                      let span = member.GetLocation().GetLineSpan()
                      where span.EndLinePosition.Line - span.StartLinePosition.Line + 1 > MostLinesOfAMember
                      select $"{path}({span.StartLinePosition.Line + 1})";

        tooLong.Should().BeEmpty();
    }

    [Fact]
    public void Comments_are_neither_banners_nor_plans()
    {
        var wrong = from path in Everywhere
                    from comment in Root(path).DescendantTrivia(descendIntoTrivia: true)
                    where comment.IsKind(SyntaxKind.RegionDirectiveTrivia) || (IsComment(comment) && BannerOrPlan.IsMatch(comment.ToString()))
                    select $"{path}: {comment.ToString().Trim()}";

        wrong.Should().BeEmpty();
    }

    [GeneratedRegex(@"([-=*#~_/])\1{4,}|\b(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex BannerOrPlan { get; }

    private static bool IsComment(SyntaxTrivia trivia) => trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia;

    private static IEnumerable<string> TopLevelTypes(string path) => Root(path)
        .DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
        .Select(node => node switch
        {
            BaseTypeDeclarationSyntax type => type.Identifier.Text,
            DelegateDeclarationSyntax type => type.Identifier.Text,
            _ => null,
        })
        .OfType<string>();

    private static CompilationUnitSyntax Root(string path) =>
        CSharpSyntaxTree.ParseText(File.ReadAllText(Repository.At(path)), new CSharpParseOptions(LanguageVersion.Latest)).GetCompilationUnitRoot();
}
