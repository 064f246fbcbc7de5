using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace BudgetFirewall.Policy.Tests.Layers;

/// <summary>Finds the references between the folders of a package, by compiling its source.</summary>
internal static class FolderArrows
{
    /// <summary>Finds every use of a type, or of a member of a type, that another folder declares. Documentation may name anything.</summary>
    /// <param name="sources">The text of each file by its path from the package's folder, with forward slashes.</param>
    /// <param name="references">The assemblies that the package is compiled with.</param>
    public static IReadOnlyList<FolderArrow> Of(IReadOnlyDictionary<string, string> sources, IEnumerable<MetadataReference> references)
    {
        var compilation = PackageSource.Compile(sources, references);
        var arrows = from tree in compilation.SyntaxTrees
                     let model = compilation.GetSemanticModel(tree)
                     from name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
                     let declaring = DeclaringFile(model, name)
                     where declaring is not null && FolderOf(declaring) != FolderOf(tree.FilePath)
                     select new FolderArrow(tree.FilePath, name.GetLocation().GetLineSpan().StartLinePosition.Line + 1, name.Identifier.Text, declaring);
        return [.. arrows];
    }

    /// <summary>The folder of a file; empty for the package's own.</summary>
    public static string FolderOf(string path) => path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : "";

    private static string? DeclaringFile(SemanticModel model, SimpleNameSyntax name)
    {
        var info = model.GetSymbolInfo(name);
        var symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
        if (symbol is IMethodSymbol { ReducedFrom: { } extension })
            symbol = extension;
        var type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
        return type?.OriginalDefinition.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree.FilePath is { Length: > 0 } path ? path : null;
    }
}
