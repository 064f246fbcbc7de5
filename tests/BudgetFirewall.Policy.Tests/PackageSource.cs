using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace BudgetFirewall.Policy.Tests;

/// <summary>The source of a package, compiled without what generators add to it.</summary>
internal static class PackageSource
{
    // The SDK adds these to every project.
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>The text of each file of a package by its path from the package's folder, with forward slashes.</summary>
    public static IReadOnlyDictionary<string, string> Of(string package) => Repository.Files($"src/{package}", "*.cs")
        .ToDictionary(path => path[$"src/{package}/".Length..], path => File.ReadAllText(Repository.At(path)));

    /// <summary>The assemblies that a package may be compiled with: all but its own.</summary>
    public static IEnumerable<MetadataReference> ReferencesOf(string package) =>
        References.All.Where(reference => Path.GetFileNameWithoutExtension(reference.Display) != package);

    public static CSharpCompilation Compile(IReadOnlyDictionary<string, string> sources, IEnumerable<MetadataReference> references)
    {
        var options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview);
        var trees = sources.Select(source => CSharpSyntaxTree.ParseText(source.Value, options, source.Key));
        return CSharpCompilation.Create(
            "BudgetFirewall.Source", [.. trees, CSharpSyntaxTree.ParseText(ImplicitUsings, options)], references, new(OutputKind.DynamicallyLinkedLibrary));
    }
}
