using System.Collections.Immutable;

namespace BudgetFirewall;

/// <summary>Converts lists in the answers of a store to the lists that the API shows.</summary>
internal static class ApiLists
{
    /// <summary>The items as a list. When there are none, which is mostly so, nothing is allocated for it.</summary>
    public static IReadOnlyList<T> Shown<T>(this ImmutableArray<T> items)
    {
        if (items.IsEmpty)
            return [];
        return items;
    }
}
