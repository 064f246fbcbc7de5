using Microsoft.CodeAnalysis;

namespace BudgetFirewall.Policy.Tests.Layers;

public sealed class LayersTests
{
    public static TheoryData<string> Packages => [.. Repository.Packages];

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_file_refers_only_to_its_own_folder_and_to_lower_ones(string package) =>
        Against(LayerOrder.OfPackages[package], PackageSource.Of(package), PackageSource.ReferencesOf(package))
            .Should().BeEmpty();

    [Theory]
    [MemberData(nameof(Packages))]
    public void Every_folder_has_its_place_in_the_order(string package) =>
        PackageSource.Of(package).Keys.Select(FolderArrows.FolderOf).Distinct().Should().BeEquivalentTo(LayerOrder.OfPackages[package]);

    [Fact]
    public void The_order_names_every_package() => LayerOrder.OfPackages.Keys.Should().BeEquivalentTo(Repository.Packages);

    [Fact]
    public void A_reference_to_a_higher_folder_is_found_with_its_file_and_name()
    {
        var sources = new Dictionary<string, string>
        {
            ["Low/Value.cs"] = "class Value { public int Of(High high) => high.Count(); }",
            ["Upper/High.cs"] = "class High { public Value? Value; }",
            ["Upper/Counting.cs"] = "static class Counting { public static int Count(this High high) => 1; }",
        };
        Against(["Low", "Upper"], sources, References.All).Should().Equal("Low/Value.cs(1): High, of Upper/High.cs", "Low/Value.cs(1): Count, of Upper/Counting.cs");
    }

    private static IEnumerable<string> Against(IReadOnlyList<string> order, IReadOnlyDictionary<string, string> sources, IEnumerable<MetadataReference> references)
    {
        var heights = order.Select((folder, height) => (folder, height)).ToDictionary(place => place.folder, place => place.height);
        return FolderArrows.Of(sources, references).Where(arrow => heights[arrow.To] > heights[arrow.From]).Select(arrow => arrow.ToString());
    }
}
