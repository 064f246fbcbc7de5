using System.Collections.ObjectModel;

namespace BudgetFirewall;

/// <summary>Copies of collections that records keep, and their comparison by content.</summary>
internal static class ValueCollections
{
    public static IReadOnlyList<T> Copy<T>(IReadOnlyList<T>? list, string member)
    {
        ArgumentNullException.ThrowIfNull(list, member);
        return list.Count == 0 ? [] : Array.AsReadOnly(list.ToArray());
    }

    // The default comparer compares names ordinally.
    public static IReadOnlyDictionary<TKey, T>? Copy<TKey, T>(IReadOnlyDictionary<TKey, T>? map, Action<TKey, T> check) where TKey : notnull
    {
        if (map is null)
            return null;
        var copy = new Dictionary<TKey, T>(map.Count);
        foreach (var (key, value) in map)
        {
            check(key, value);
            copy.Add(key, value);
        }
        return new ReadOnlyDictionary<TKey, T>(copy);
    }

    public static bool Same<T>(IReadOnlyList<T> left, IReadOnlyList<T> right) => left.SequenceEqual(right);

    public static bool Same<TKey, T>(IReadOnlyDictionary<TKey, T>? left, IReadOnlyDictionary<TKey, T>? right) where TKey : notnull
    {
        if (left is null || right is null)
            return left is null && right is null;
        if (left.Count != right.Count)
            return false;
        foreach (var (key, value) in left)
        {
            if (!right.TryGetValue(key, out var other) || !EqualityComparer<T>.Default.Equals(value, other))
                return false;
        }
        return true;
    }

    public static int Hash<T>(IReadOnlyList<T> list)
    {
        var hash = new HashCode();
        foreach (var item in list)
            hash.Add(item);
        return hash.ToHashCode();
    }

    // Entries are combined without regard to their order, since dictionaries have none.
    public static int Hash<TKey, T>(IReadOnlyDictionary<TKey, T>? map) where TKey : notnull
    {
        var hash = map?.Count ?? -1;
        foreach (var (key, value) in map ?? ReadOnlyDictionary<TKey, T>.Empty)
            hash ^= HashCode.Combine(key, value);
        return hash;
    }
}
