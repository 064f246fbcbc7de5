namespace BudgetFirewall.Policy.Tests.Surface;

public sealed class PublicSurfaceTests
{
    public static TheoryData<string> Packages => [.. Repository.Packages];

    [Theory]
    [MemberData(nameof(Packages))]
    public void The_public_surface_is_the_approved_one(string package)
    {
        var file = Repository.At("tests", "BudgetFirewall.Policy.Tests", "approved", package + ".txt");
        var actual = SurfacePrinter.Print(Package.Named(package).PublicTypes);
        if (Environment.GetEnvironmentVariable("BUDGETFIREWALL_APPROVE") == "1")
            File.WriteAllText(file, actual);

        var approved = File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : "";

        (approved == actual).Should().BeTrue($"The public surface of {package} is not the approved one. If the change is meant, run these tests with BUDGETFIREWALL_APPROVE=1 and commit {file}.\n{TextDiff.Of(approved, actual)}");
    }
}
