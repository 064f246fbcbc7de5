namespace BudgetFirewall.Tool.Tests;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("budgetfirewall-tool-");

    public string At(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Writes a configuration and gives its path.</summary>
    public string Settings(string section, string name = "appsettings.json")
    {
        File.WriteAllText(At(name), $$"""{ "BudgetFirewall": {{section}} }""");
        return At(name);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
