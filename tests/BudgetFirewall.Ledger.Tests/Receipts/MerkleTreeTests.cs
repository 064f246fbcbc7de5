using System.Text.Json;
using BudgetFirewall.Receipts;

namespace BudgetFirewall.Ledger.Tests.Receipts;

public sealed class MerkleTreeTests
{
    private const int MostLeaves = 70;

    // The leaves and roots of the tests of Certificate Transparency.
    private static readonly string[] ReferenceLeaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    private static readonly string[] ReferenceRoots =
    [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    private static readonly JsonElement Vectors = ReadVectors();

    public static TheoryData<string> Inclusions => [.. Vectors.GetProperty("inclusion").EnumerateArray().Select(vector => vector.GetRawText())];

    public static TheoryData<string> Consistencies => [.. Vectors.GetProperty("consistency").EnumerateArray().Select(vector => vector.GetRawText())];

    [Fact]
    public void Roots_are_those_of_certificate_transparency()
    {
        var tree = new MerkleFrontier();
        var roots = new List<MerkleHash> { tree.Root };
        foreach (var leaf in ReferenceLeaves)
        {
            tree.Append(MerkleHash.OfLeaf(Convert.FromHexString(leaf)));
            roots.Add(tree.Root);
        }

        roots.Should().Equal(ReferenceRoots.Select(root => new MerkleHash(Convert.FromHexString(root))));
    }

    [Theory]
    [MemberData(nameof(Inclusions))]
    public void Proofs_of_inclusion_hold_where_those_of_certificate_transparency_do(string vector)
    {
        var json = JsonDocument.Parse(vector).RootElement;
        var holds = MerkleHash.TryParse(json.GetProperty("leafHash").GetString(), out var leaf)
            & MerkleHash.TryParse(json.GetProperty("root").GetString(), out var root)
            & TryReadProof(json, out var proof)
            && json.GetProperty("leafIdx").TryGetInt64(out var index)
            && MerkleProof.VerifyInclusion(leaf, index, json.GetProperty("treeSize").GetInt64(), proof, root);

        holds.Should().Be(!json.GetProperty("wantErr").GetBoolean());
    }

    [Theory]
    [MemberData(nameof(Consistencies))]
    public void Proofs_of_consistency_hold_where_those_of_certificate_transparency_do(string vector)
    {
        var json = JsonDocument.Parse(vector).RootElement;
        // Some vectors have roots of other lengths than a hash has. They are equal or not all the same.
        var (first, second) = (json.GetProperty("root1").GetString()!, json.GetProperty("root2").GetString()!);
        var holds = TryReadProof(json, out var proof)
            && MerkleProof.VerifyConsistency(json.GetProperty("size1").GetInt64(), json.GetProperty("size2").GetInt64(), proof, RootOf(first), RootOf(second));

        holds.Should().Be(!json.GetProperty("wantErr").GetBoolean());
    }

    [Fact]
    public void A_tree_that_grows_has_the_roots_of_the_definition_and_can_go_on_from_its_edge()
    {
        var leaves = NaiveMerkleTree.Leaves(MostLeaves);
        var tree = new MerkleFrontier();
        for (var size = 0; size <= MostLeaves; size++)
        {
            tree.Root.Should().Be(NaiveMerkleTree.Root(leaves.AsSpan(0, size)));
            tree.Size.Should().Be(size);
            tree = new(tree.Size, tree.Edge);
            if (size < MostLeaves)
                tree.Append(leaves[size]);
        }
    }

    [Fact]
    public void Proofs_from_the_hashes_of_complete_subtrees_are_those_of_the_definition_and_hold()
    {
        var leaves = NaiveMerkleTree.Leaves(MostLeaves);
        var nodes = Nodes(leaves);
        for (var size = 1; size <= MostLeaves; size++)
        {
            var root = NaiveMerkleTree.Root(leaves.AsSpan(0, size));
            for (var index = 0; index < size; index++)
            {
                var proof = MerkleProof.OfInclusion(index, size).Select(range => range.HashFrom(subtree => nodes[subtree])).ToArray();
                proof.Should().Equal(NaiveMerkleTree.Path(index, leaves.AsSpan(0, size)));
                MerkleProof.VerifyInclusion(leaves[index], index, size, proof, root).Should().BeTrue();
            }
            for (var first = 1; first <= size; first++)
            {
                var proof = MerkleProof.OfConsistency(first, size).Select(range => range.HashFrom(subtree => nodes[subtree])).ToArray();
                proof.Should().Equal(NaiveMerkleTree.Proof(first, leaves.AsSpan(0, size)));
                MerkleProof.VerifyConsistency(first, size, proof, NaiveMerkleTree.Root(leaves.AsSpan(0, first)), root).Should().BeTrue();
            }
        }
    }

    [Fact]
    public void A_proof_holds_for_no_other_leaf_place_size_or_root()
    {
        const int Size = 21;
        var leaves = NaiveMerkleTree.Leaves(Size);
        var root = NaiveMerkleTree.Root(leaves);
        for (var index = 0; index < Size; index++)
        {
            var proof = NaiveMerkleTree.Path(index, leaves);
            for (var other = 0; other < Size; other++)
            {
                MerkleProof.VerifyInclusion(leaves[other], index, Size, proof, root).Should().Be(other == index);
                MerkleProof.VerifyInclusion(leaves[index], other, Size, proof, root).Should().Be(other == index);
            }
            MerkleProof.VerifyInclusion(leaves[index], index, Size, proof.AsSpan(1), root).Should().BeFalse();
            MerkleProof.VerifyInclusion(leaves[index], index, Size, [.. proof, root], root).Should().BeFalse();
            MerkleProof.VerifyInclusion(leaves[index], index, Size, proof, leaves[0]).Should().BeFalse();
        }
    }

    [Theory]
    [InlineData(1_000_000, 20)]
    [InlineData(1_000_001, 21)]
    [InlineData(long.MaxValue, 63)]
    public void A_proof_has_no_more_hashes_than_the_tree_has_levels(long size, int levels)
    {
        foreach (var index in new[] { 0, size / 3, size - 1 })
        {
            var ranges = MerkleProof.OfInclusion(index, size);
            ranges.Count.Should().BeLessThanOrEqualTo(levels);
            ranges.Sum(range => range.Subtrees.Count).Should().BeLessThanOrEqualTo(2 * levels, "each is read from what is stored");
        }
        MerkleProof.OfConsistency((size / 3) + 1, size).Sum(range => range.Subtrees.Count).Should().BeLessThanOrEqualTo(2 * levels);
    }

    [Fact]
    public void What_no_tree_has_is_refused()
    {
        FluentActions.Invoking(() => MerkleProof.OfInclusion(3, 3)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => MerkleProof.OfInclusion(-1, 3)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => MerkleProof.OfConsistency(0, 3)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => MerkleProof.OfConsistency(4, 3)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new MerkleFrontier(3, [MerkleHash.OfEmptyTree])).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => new MerkleHash(new byte[31])).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void A_hash_has_one_text()
    {
        var hash = MerkleHash.OfLeaf([1, 2, 3]);
        MerkleHash.TryParse(hash.ToString(), out var same).Should().BeTrue();
        same.Should().Be(hash);

        var text = hash.ToString();
        // The last digit of 32 bytes has two bits that belong to no byte.
        var other = text[..^2] + (char)(text[^2] + 1) + text[^1];
        Convert.FromBase64String(other).Should().HaveCount(MerkleHash.Size);
        MerkleHash.TryParse(other, out _).Should().BeFalse();
        MerkleHash.TryParse(text[..4] + " " + text[4..], out _).Should().BeFalse();
        MerkleHash.TryParse(text[4..], out _).Should().BeFalse();
        MerkleHash.TryParse(null, out _).Should().BeFalse();
    }

    private static Dictionary<MerkleSubtree, MerkleHash> Nodes(MerkleHash[] leaves)
    {
        var nodes = new Dictionary<MerkleSubtree, MerkleHash>();
        var tree = new MerkleFrontier();
        foreach (var leaf in leaves)
        {
            nodes.Add(new(0, tree.Size), leaf);
            tree.Append(leaf, nodes.Add);
        }
        return nodes;
    }

    private static MerkleHash RootOf(string text) => MerkleHash.TryParse(text, out var root) ? root : MerkleHash.OfLeaf(Convert.FromBase64String(text));

    private static bool TryReadProof(JsonElement json, out MerkleHash[] proof)
    {
        string[] texts = json.GetProperty("proof") is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray().Select(hash => hash.GetString()!)] : [];
        proof = [.. texts.Select(text => MerkleHash.TryParse(text, out var hash) ? hash : default)];
        return texts.All(text => MerkleHash.TryParse(text, out _));
    }

    private static JsonElement ReadVectors()
    {
        using var file = typeof(MerkleTreeTests).Assembly.GetManifestResourceStream("rfc6962.json")!;
        return JsonDocument.Parse(file).RootElement;
    }
}
