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
        PackageReferences(Repository.At("src", "BudgetFirewall", "BudgetFirewall.csproj")).Order(StringComparer.Ordinal).Should().Equal(CoreDependencies);

    [Fact]
    public void The_core_uses_nothing_but_the_framework_and_abstractions() =>
        Assembly.Load("BudgetFirewall").GetReferencedAssemblies().Should().AllSatisfy(reference => (reference.Name!.StartsWith("System.", StringComparison.Ordinal) || reference.Name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)).Should().BeTrue(reference.Name));

    [Fact]
    public void Every_package_says_what_it_is() =>
        Repository.Files("src", "*.csproj").Should().AllSatisfy(path => string.IsNullOrWhiteSpace(Load(path).Descendants("Description").SingleOrDefault()?.Value).Should().BeFalse(path));

    [Fact]
    public void Versions_are_given_in_one_place() =>
        Projects.Should().AllSatisfy(path => Load(path).Descendants("PackageReference").Where(reference => reference.Attribute("Version") is not null).Should().BeEmpty());

    [Fact]
    public void The_solution_has_every_project()
    {
        var solution = File.ReadAllText(Repository.At("BudgetFirewall.sln")).Replace('\\', '/');

        Projects.Should().AllSatisfy(path => solution.Should().Contain($"\"{path}\""));
    }

    private static IEnumerable<string> Projects => new[] { "src", "tests", "samples" }.SelectMany(folder => Repository.Files(folder, "*.csproj"));

    private static IEnumerable<string> PackageReferences(string path) => XDocument.Load(path).Descendants("PackageReference")
        .Where(reference => reference.Attribute("PrivateAssets")?.Value != "all")
        .Select(reference => reference.Attribute("Include")!.Value);

    private static XDocument Load(string path) => XDocument.Load(Repository.At(path));
}
