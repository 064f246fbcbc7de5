using Microsoft.CodeAnalysis;

namespace BudgetFirewall.Policy.Tests;

/// <summary>Everything that these tests themselves can use, for compilations of their own.</summary>
internal static class References
{
    public static IReadOnlyList<MetadataReference> All { get; } =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(path => MetadataReference.CreateFromFile(path))];
}
