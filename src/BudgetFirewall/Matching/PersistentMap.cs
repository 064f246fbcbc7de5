using System.Numerics;

namespace BudgetFirewall;

/// <summary>
/// A map of which a change makes a new one, and which shares all but a few small arrays with it, so that a change costs the same whatever the size.
/// Keys compare ordinally. Immutable.
/// </summary>
/// <remarks>A hash array mapped trie: Bagwell, Ideal Hash Trees, 2001. Each level takes five bits of the hash, so that 100,000 keys are found in four steps.</remarks>
internal sealed class PersistentMap<TValue> where TValue : class
{
    private const int BitsPerLevel = 5;

    private readonly Node _root;

    private PersistentMap(Node root, int count) => (_root, Count) = (root, count);

    public static PersistentMap<TValue> Empty { get; } = new(new(0, []), 0);

    public int Count { get; }

    public TValue? Find(string key)
    {
        var hash = HashOf(key);
        var node = _root;
        for (var shift = 0; ; shift += BitsPerLevel)
        {
            var bit = BitAt(hash, shift);
            if ((node.Bitmap & bit) == 0)
                return null;
            var slot = node.Slots[node.IndexOf(bit)];
            if (slot is Node next)
            {
                node = next;
                continue;
            }
            for (var leaf = (Leaf?)slot; leaf is not null; leaf = leaf.Next)
            {
                if (leaf.Hash == hash && leaf.Key == key)
                    return leaf.Value;
            }
            return null;
        }
    }

    public PersistentMap<TValue> With(string key, TValue value)
    {
        var root = _root.With(new(key, HashOf(key), value, next: null), shift: 0, out var isNew);
        return new(root, isNew ? Count + 1 : Count);
    }

    public PersistentMap<TValue> Without(string key)
    {
        var rest = _root.Without(key, HashOf(key), shift: 0);
        return rest switch
        {
            null => Empty,
            Node root => ReferenceEquals(root, _root) ? this : new(root, Count - 1),
            _ => new(new(BitAt(((Leaf)rest).Hash, shift: 0), [rest]), Count - 1),
        };
    }

    private static uint HashOf(string key) => unchecked((uint)key.GetHashCode(StringComparison.Ordinal));

    private static uint BitAt(uint hash, int shift) => 1u << (int)((hash >> shift) & 31);

    private abstract class Slot;

    /// <summary>A key and its value; keys of the same hash are chained.</summary>
    private sealed class Leaf(string key, uint hash, TValue value, Leaf? next) : Slot
    {
        public string Key { get; } = key;

        public uint Hash { get; } = hash;

        public TValue Value { get; } = value;

        public Leaf? Next { get; } = next;

        public Leaf With(Leaf other, out bool isNew)
        {
            var rest = Without(other.Key);
            isNew = ReferenceEquals(rest, this);
            return new(other.Key, other.Hash, other.Value, rest);
        }

        public Leaf? Without(string key)
        {
            if (Key == key)
                return Next;
            var rest = Next?.Without(key);
            return ReferenceEquals(rest, Next) ? this : new(Key, Hash, Value, rest);
        }
    }

    /// <summary>Up to 32 slots, of which those that are not empty stand in an array, in the order of their bits.</summary>
    private sealed class Node(uint bitmap, Slot[] slots) : Slot
    {
        public uint Bitmap { get; } = bitmap;

        public Slot[] Slots { get; } = slots;

        public int IndexOf(uint bit) => BitOperations.PopCount(Bitmap & (bit - 1));

        public Node With(Leaf leaf, int shift, out bool isNew)
        {
            var bit = BitAt(leaf.Hash, shift);
            var index = IndexOf(bit);
            if ((Bitmap & bit) == 0)
            {
                isNew = true;
                return new(Bitmap | bit, [.. Slots.AsSpan(0, index), leaf, .. Slots.AsSpan(index)]);
            }
            switch (Slots[index])
            {
                case Node node:
                    return Replaced(index, node.With(leaf, shift + BitsPerLevel, out isNew));
                case Leaf other when other.Hash == leaf.Hash:
                    return Replaced(index, other.With(leaf, out isNew));
                default:
                    isNew = true;
                    return Replaced(index, Pair((Leaf)Slots[index], leaf, shift + BitsPerLevel));
            }
        }

        /// <summary>The rest: this node when it has no such key, null when nothing is left, and a leaf when it is all that is left.</summary>
        public Slot? Without(string key, uint hash, int shift)
        {
            var bit = BitAt(hash, shift);
            if ((Bitmap & bit) == 0)
                return this;
            var index = IndexOf(bit);
            var slot = Slots[index];
            var rest = slot is Node node ? node.Without(key, hash, shift + BitsPerLevel) : ((Leaf)slot).Without(key);
            if (ReferenceEquals(rest, slot))
                return this;
            if (rest is null)
            {
                return Slots.Length switch
                {
                    1 => null,
                    2 when Slots[1 - index] is Leaf last => last,
                    _ => new Node(Bitmap & ~bit, [.. Slots.AsSpan(0, index), .. Slots.AsSpan(index + 1)]),
                };
            }
            return Slots.Length == 1 && rest is Leaf ? rest : Replaced(index, rest);
        }

        private Node Replaced(int index, Slot slot)
        {
            Slot[] slots = [.. Slots];
            slots[index] = slot;
            return new(Bitmap, slots);
        }

        // Two hashes that differ part at one of the levels.
        private static Node Pair(Leaf one, Leaf other, int shift)
        {
            var (bit, otherBit) = (BitAt(one.Hash, shift), BitAt(other.Hash, shift));
            if (bit == otherBit)
                return new(bit, [Pair(one, other, shift + BitsPerLevel)]);
            return new(bit | otherBit, bit < otherBit ? [one, other] : [other, one]);
        }
    }
}
