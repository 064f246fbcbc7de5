using BudgetFirewall.Receipts;

namespace BudgetFirewall.Ledger.Tests.Receipts;

/// <summary>The definitions of RFC 6962, section 2.1, word for word, on a list of all leaves.</summary>
internal static class NaiveMerkleTree
{
    public static MerkleHash[] Leaves(int count) => [.. Enumerable.Range(0, count).Select(i => MerkleHash.OfLeaf(BitConverter.GetBytes(i)))];

    public static MerkleHash Root(ReadOnlySpan<MerkleHash> leaves) => leaves.Length switch
    {
        0 => MerkleHash.OfEmptyTree,
        1 => leaves[0],
        _ => MerkleHash.OfNode(Root(leaves[..Half(leaves.Length)]), Root(leaves[Half(leaves.Length)..])),
    };

    public static MerkleHash[] Path(int index, ReadOnlySpan<MerkleHash> leaves)
    {
        if (leaves.Length == 1)
            return [];
        var half = Half(leaves.Length);
        return index < half ? [.. Path(index, leaves[..half]), Root(leaves[half..])] : [.. Path(index - half, leaves[half..]), Root(leaves[..half])];
    }

    public static MerkleHash[] Proof(int first, ReadOnlySpan<MerkleHash> leaves, bool isWhole = true)
    {
        if (first == leaves.Length)
            return isWhole ? [] : [Root(leaves)];
        var half = Half(leaves.Length);
        return first <= half
            ? [.. Proof(first, leaves[..half], isWhole), Root(leaves[half..])]
            : [.. Proof(first - half, leaves[half..], isWhole: false), Root(leaves[..half])];
    }

    private static int Half(int count)
    {
        var half = 1;
        while (half * 2 < count)
            half *= 2;
        return half;
    }
}
