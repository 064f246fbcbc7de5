namespace BudgetFirewall.Policy.Tests;

/// <summary>The files that the rules are about.</summary>
internal static class Repository
{
    private static readonly string[] BuildFolders = ["bin", "obj", "artifacts", "TestResults", ".git"];

    public static string Root { get; } = FindRoot();

    /// <summary>The names of the packages: the folders of src.</summary>
    public static IReadOnlyList<string> Packages { get; } =
        [.. Directory.GetDirectories(At("src")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The paths, relative to the root, of the files below a folder that a build has not made.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(At(folder), pattern, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Intersect(BuildFolders, StringComparer.Ordinal).Any())
            .Order(StringComparer.Ordinal);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "BudgetFirewall.sln")))
                return folder.FullName;
        }
        throw new DirectoryNotFoundException("BudgetFirewall.sln is in none of the folders above the tests.");
    }
}
