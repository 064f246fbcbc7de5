using System.Collections.Immutable;
using System.Reflection;

namespace BudgetFirewall.Ledger.Tests.Receipts;

/// <summary>Changes of records, one member at a time, found by reflection: a member that is new is changed too.</summary>
internal static class RecordChanges
{
    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>The record with each of its members changed in turn, and with each that may be null left out.</summary>
    public static IEnumerable<(string Member, T Changed)> Of<T>(T record) where T : class
    {
        foreach (var property in typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod is { IsPublic: true }))
        {
            var value = property.GetValue(record) ?? throw new InvalidOperationException($"Give {property.Name} a value first, so that it can be changed.");
            foreach (var other in Others(value))
                yield return (property.Name, With(record, property, other));
            if (Nullability.Create(property).WriteState == NullabilityState.Nullable)
                yield return (property.Name, With(record, property, null));
        }
    }

    private static T With<T>(T record, PropertyInfo property, object? value) where T : class
    {
        var copy = (T)typeof(T).GetMethod("<Clone>$")!.Invoke(record, null)!;
        property.SetValue(copy, value);
        return copy;
    }

    private static IEnumerable<object> Others(object value) => value switch
    {
        string text => [text + "x", "x" + text],
        bool flag => [!flag],
        long number => [number + 1, number + 256],
        decimal number => [number + 1, number / 10],
        DateTimeOffset time => [time.AddMicroseconds(1)],
        BudgetScope => [BudgetScope.User("other"), BudgetScope.Of("other", "alice")],
        Enum member => Enum.GetValues(member.GetType()).Cast<object>().Where(other => !other.Equals(member)),
        BudgetUsage usage => Of(usage).Select(change => change.Changed),
        ImmutableArray<LedgerCounter> counters => Lists(counters),
        ImmutableArray<CostLine> lines => Lists(lines).Append(lines.Reverse().ToImmutableArray()),
        IReadOnlyDictionary<string, string> map => Maps(map, static text => text + "x"),
        IReadOnlyDictionary<string, decimal> map => Maps(map, static amount => amount + 1),
        _ => throw new NotSupportedException($"Say here how a {value.GetType()} is changed."),
    };

    private static IEnumerable<object> Lists<T>(ImmutableArray<T> list) where T : class
    {
        yield return list.RemoveAt(0);
        yield return list.Add(list[^1]);
        // The last one has every member.
        foreach (var (_, changed) in Of(list[^1]).Where(change => change.Changed is not LedgerCounter { PeriodStart: null, Unit: null }))
            yield return list.SetItem(list.Length - 1, changed);
    }

    private static IEnumerable<object> Maps<T>(IReadOnlyDictionary<string, T> map, Func<T, T> change)
    {
        foreach (var (key, value) in map)
        {
            yield return new Dictionary<string, T>(map) { [key] = change(value) };
            yield return new Dictionary<string, T>(map.Where(pair => pair.Key != key));
            yield return new Dictionary<string, T>(map.Where(pair => pair.Key != key)) { [key + "x"] = value };
        }
    }
}
