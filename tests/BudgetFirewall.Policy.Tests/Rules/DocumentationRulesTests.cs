using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace BudgetFirewall.Policy.Tests.Rules;

public sealed class DocumentationRulesTests
{
    public static TheoryData<string> Packages => [.. Repository.Packages];

    [Theory]
    [MemberData(nameof(Packages))]
    public void Every_public_member_is_documented(string name)
    {
        var package = Package.Named(name);
        var undocumented = package.PublicTypes
            .SelectMany(type => Package.PublicMembers(type).Prepend(type))
            .Where(symbol => !IsDocumented(symbol, package.Documentation))
            .Select(symbol => symbol.ToDisplayString());

        undocumented.Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void Every_exception_in_the_documentation_says_when(string name)
    {
        var silent = Package.Named(name).Documentation
            .Where(entry => entry.Value.Elements("exception").Any(exception => IsEmpty(exception)))
            .Select(entry => entry.Key);

        silent.Should().BeEmpty();
    }

    // A positional record documents its properties as parameters of the type; a constructor without parameters may be nobody's.
    private static bool IsDocumented(ISymbol symbol, IReadOnlyDictionary<string, XElement> documentation) =>
        HasSummary(symbol, documentation)
        || (symbol is IPropertySymbol && HasParameter(symbol.ContainingType, symbol.Name, documentation))
        || (symbol is IMethodSymbol { MethodKind: MethodKind.Constructor } constructor && constructor.Parameters.All(parameter => HasParameter(symbol.ContainingType, parameter.Name, documentation)));

    private static bool HasSummary(ISymbol symbol, IReadOnlyDictionary<string, XElement> documentation) =>
        documentation.TryGetValue(symbol.GetDocumentationCommentId()!, out var entry)
        && (entry.Element("inheritdoc") is not null || (entry.Element("summary") is { } summary && !IsEmpty(summary)));

    private static bool HasParameter(INamedTypeSymbol type, string name, IReadOnlyDictionary<string, XElement> documentation) =>
        documentation.TryGetValue(type.GetDocumentationCommentId()!, out var entry)
        && entry.Elements("param").Any(parameter => parameter.Attribute("name")?.Value == name && !IsEmpty(parameter));

    private static bool IsEmpty(XElement element) => string.IsNullOrWhiteSpace(element.Value) && !element.HasElements;
}
