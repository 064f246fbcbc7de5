using System.Text;
using System.Text.RegularExpressions;
using BudgetFirewall.Policy.Tests;
using BudgetFirewall.Policy.Tests.Snippets;

namespace BudgetFirewall.Newcomer.Tests;

/// <summary>
/// Somebody new on a machine: a home folder with no packages in it, and the feeds of this machine. Packs, installs and makes projects by the commands of the page,
/// and runs the examples of the pages in them. All of it is deleted in the end.
/// </summary>
public sealed partial class Newcomer : IAsyncLifetime
{
    private const string Console = "shop";
    private const string Web = "web";

    private readonly string _folder = Directory.CreateTempSubdirectory("budgetfirewall-newcomer-").FullName;
    private readonly Dictionary<string, string> _environment;
    private NewProject? _console;
    private NewProject? _web;

    public Newcomer() => _environment = new()
    {
        ["HOME"] = Home,
        ["DOTNET_CLI_HOME"] = Home,
        ["NUGET_PACKAGES"] = Path.Combine(Home, ".nuget", "packages"),
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["DOTNET_NOLOGO"] = "1",
        ["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false",
        // The pages print numbers in the invariant culture.
        ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1",
    };

    /// <summary>The packages that the page's command has made.</summary>
    public IReadOnlyList<string> Packages { get; private set; } = [];

    /// <summary>The project that the page's commands have made, before anything else was added.</summary>
    public string InstalledProject { get; private set; } = "";

    private string Home => Path.Combine(_folder, "home");

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Home);
        CopyFeeds();
        var commands = Snippet.OfAllPages().Where(snippet => snippet is { Page: "docs/getting-started.md", Info: "sh" }).Take(2).Select(snippet => snippet.Code).ToArray();
        // Packing is done by who has built the repository already: with the packages of this machine, but into the newcomer's folder.
        await Shell.RunAsync(commands[0].Replace("~/", Home + "/", StringComparison.Ordinal), Repository.Root);
        await Shell.RunAsync(commands[1], _folder, _environment);
        InstalledProject = await File.ReadAllTextAsync(ProjectFile(Console));
        await Shell.RunAsync($"dotnet new web -o {Web}", _folder, _environment);
        Packages = [.. Directory.GetFiles(Path.Combine(Home, "budgetfirewall"), "*.nupkg").Select(path => Path.GetFileNameWithoutExtension(path))];
        Reference(Console, Version("Microsoft.Extensions.Hosting"), Version("Microsoft.Extensions.Http.Resilience"));
        Reference(Web, Version("OpenTelemetry.Extensions.Hosting"), Version("OpenTelemetry.Exporter.Prometheus.AspNetCore"));
        _console = await NewProject.BuildAsync(Path.Combine(_folder, Console), Example.All["getting-started-1"].Program, _environment);
        _web = await NewProject.BuildAsync(Path.Combine(_folder, Web), Example.All["aspnetcore-1"].Program, _environment);
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>Runs an example in a folder of its own and returns what it has printed.</summary>
    /// <param name="name">The example's name.</param>
    /// <param name="settings">Its <c>appsettings.json</c>; null for none.</param>
    /// <param name="arguments">What stands on its command line.</param>
    internal Task<string> RunAsync(string name, string? settings = null, params string[] arguments) =>
        Shell.RunAsync("dotnet", [.. _console!.CommandOf(name, ProgramOf(name)), .. arguments], FolderOf(name, settings), _environment);

    /// <summary>Starts an example that is a web application.</summary>
    internal Task<WebExample> StartAsync(string name, string? settings = null, params (string Name, string Value)[] environment)
    {
        var all = environment.Aggregate(new Dictionary<string, string>(_environment), (sum, pair) => new(sum) { [pair.Name] = pair.Value });
        return WebExample.StartAsync(Shell.StartOf("dotnet", _web!.CommandOf(name, ProgramOf(name)), FolderOf(name, settings), all));
    }

    private static string ProgramOf(string name) => name == SettingsProgram.Name ? SettingsProgram.Text : Example.All[name].Program;

    private static string Version(string package)
    {
        var properties = File.ReadAllText(Repository.At("Directory.Packages.props"));
        var version = Regex.Match(properties, $"Include=\"{Regex.Escape(package)}\" Version=\"(?<version>[^\"]+)\"").Groups["version"].Value;
        return $"{package}.{version.Replace("$(ExtensionsVersion)", ExtensionsVersion.Match(properties).Groups["version"].Value, StringComparison.Ordinal)}";
    }

    [GeneratedRegex("<ExtensionsVersion>(?<version>[^<]+)<")]
    private static partial Regex ExtensionsVersion { get; }

    [GeneratedRegex(@"^(?<id>.+?)\.(?<version>\d+\..+)$")]
    private static partial Regex PackageName { get; }

    // A machine without a configuration of its own has the SDK's default feed.
    private void CopyFeeds()
    {
        var feeds = Path.Combine(".nuget", "NuGet", "NuGet.Config");
        var own = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), feeds);
        if (!File.Exists(own))
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Home, feeds))!);
        File.Copy(own, Path.Combine(Home, feeds));
    }

    // What "dotnet add package" writes, without asking the feed for each package on its own.
    private void Reference(string project, params string[] others)
    {
        var text = File.ReadAllText(ProjectFile(project));
        var references = new StringBuilder();
        // A tool is installed, and not referred to.
        foreach (var package in Packages.Where(name => !name.StartsWith("BudgetFirewall.Tool.", StringComparison.Ordinal)).Concat(others).Select(name => PackageName.Match(name)).Where(package => !text.Contains($"\"{package.Groups["id"].Value}\"", StringComparison.Ordinal)))
            references.Append($"""<PackageReference Include="{package.Groups["id"].Value}" Version="{package.Groups["version"].Value}" />""");
        File.WriteAllText(ProjectFile(project), text.Replace("</Project>", $"<ItemGroup>{references}</ItemGroup></Project>", StringComparison.Ordinal));
    }

    private string FolderOf(string name, string? settings)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "examples", name)).FullName;
        if (settings is not null)
            File.WriteAllText(Path.Combine(folder, "appsettings.json"), settings);
        return folder;
    }

    private string ProjectFile(string project) => Path.Combine(_folder, project, project + ".csproj");
}
