using System.Reflection;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace BudgetFirewall.Policy.Tests;

/// <summary>One package as its users see it: its assembly, its symbols and its documentation.</summary>
internal sealed class Package
{
    private Package(string name)
    {
        Assembly = Assembly.Load(name);
        var reference = MetadataReference.CreateFromFile(Assembly.Location);
        var compilation = CSharpCompilation.Create("policy", references: [reference, .. References.All.Where(other => other.Display != Assembly.Location)]);
        Symbol = (IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(reference)!;
        Documentation = XDocument.Load(Path.ChangeExtension(Assembly.Location, ".xml"))
            .Descendants("member").ToDictionary(member => member.Attribute("name")!.Value, StringComparer.Ordinal);
    }

    public Assembly Assembly { get; }

    public IAssemblySymbol Symbol { get; }

    /// <summary>The documentation by its id, as T:BudgetFirewall.Budget.</summary>
    public IReadOnlyDictionary<string, XElement> Documentation { get; }

    public IEnumerable<INamedTypeSymbol> PublicTypes => TypesOf(Symbol.GlobalNamespace).OrderBy(type => type.ToDisplayString(), StringComparer.Ordinal);

    public static Package Named(string name) => new(name);

    /// <summary>The members of a type that its users see and that a person has written.</summary>
    public static IEnumerable<ISymbol> PublicMembers(INamedTypeSymbol type) => type.GetMembers()
        .Where(member => IsVisible(member) && !IsMadeByCompiler(member))
        .OrderBy(member => member.Kind).ThenBy(member => member.ToDisplayString(), StringComparer.Ordinal);

    private static bool IsVisible(ISymbol symbol) =>
        symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;

    private static bool IsMadeByCompiler(ISymbol symbol) =>
        symbol is INamedTypeSymbol
        || symbol is IMethodSymbol { MethodKind: MethodKind.PropertyGet or MethodKind.PropertySet or MethodKind.EventAdd or MethodKind.EventRemove }
        || symbol is IFieldSymbol { Name: "value__" }
        || symbol is IMethodSymbol { MethodKind: MethodKind.Constructor, Parameters.IsEmpty: true, ContainingType.TypeKind: TypeKind.Struct or TypeKind.Enum }
        || symbol.Name == "EqualityContract"
        || symbol.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "CompilerGeneratedAttribute");

    private static IEnumerable<INamedTypeSymbol> TypesOf(INamespaceSymbol space) =>
        space.GetNamespaceMembers().SelectMany(TypesOf).Concat(space.GetTypeMembers().Where(IsVisible).SelectMany(WithNested));

    private static IEnumerable<INamedTypeSymbol> WithNested(INamedTypeSymbol type) =>
        type.GetTypeMembers().Where(IsVisible).SelectMany(WithNested).Prepend(type);
}
