using System.Reflection;
using System.Xml.Linq;

namespace BudgetFirewall.Policy.Tests.Rules;

public sealed class PackageRulesTests
{
    private static readonly string[] CoreDependencies =
    [
        "Microsoft.Extensions.Configuration.Binder",
        "Microsoft.Extensions.DependencyInjection.Abstractions",
        "Microsoft.Extensions.Logging.Abstractions",
        "Microsoft.Extensions.Options",
        "Microsoft.Extensions.Options.ConfigurationExtensions",
    ];

    [Fact]
    public void The_core_brings_along_nothing_but_abstractions() =>
        Assert.Equal(CoreDependencies, PackageReferences(Repository.At("src", "BudgetFirewall", "BudgetFirewall.csproj")).Order(StringComparer.Ordinal));

    [Fact]
    public void The_core_uses_nothing_but_the_framework_and_abstractions() =>
        Assert.All(Assembly.Load("BudgetFirewall").GetReferencedAssemblies(),
            reference => Assert.True(reference.Name!.StartsWith("System.", StringComparison.Ordinal) || reference.Name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal), reference.Name));

    [Fact]
    public void Every_package_says_what_it_is() =>
        Assert.All(Repository.Files("src", "*.csproj"), path => Assert.False(string.IsNullOrWhiteSpace(Load(path).Descendants("Description").SingleOrDefault()?.Value), path));

    [Fact]
    public void Versions_are_given_in_one_place() =>
        Assert.All(Projects, path => Assert.DoesNotContain(Load(path).Descendants("PackageReference"), reference => reference.Attribute("Version") is not null));

    [Fact]
    public void The_solution_has_every_project()
    {
        var solution = File.ReadAllText(Repository.At("BudgetFirewall.sln")).Replace('\\', '/');

        Assert.All(Projects, path => Assert.Contains($"\"{path}\"", solution, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Projects => new[] { "src", "tests", "samples" }.SelectMany(folder => Repository.Files(folder, "*.csproj"));

    private static IEnumerable<string> PackageReferences(string path) => XDocument.Load(path).Descendants("PackageReference")
        .Where(reference => reference.Attribute("PrivateAssets")?.Value != "all")
        .Select(reference => reference.Attribute("Include")!.Value);

    private static XDocument Load(string path) => XDocument.Load(Repository.At(path));
}
