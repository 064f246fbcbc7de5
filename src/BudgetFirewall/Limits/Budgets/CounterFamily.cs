namespace BudgetFirewall.Storage;

/// <summary>
/// A family of counters: all those of one kind of scope, calendar, unit and filters, either of shadow budgets or of other budgets. Together with a scope's id and
/// a period's start it names one counter.
/// Compares by <see cref="Name"/>.
/// </summary>
public sealed class CounterFamily : IEquatable<CounterFamily>
{
    private readonly int _hash;

    internal CounterFamily(string kind, PeriodCalendar calendar, string? unit, string name)
    {
        Kind = kind;
        Calendar = calendar;
        Unit = unit;
        Name = name;
        _hash = Name.GetHashCode(StringComparison.Ordinal);
    }

    /// <summary>The scope's kind.</summary>
    public string Kind { get; }

    /// <summary>The calendar that says which period is counted.</summary>
    public PeriodCalendar Calendar { get; }

    /// <summary>The usage unit counted; null for money.</summary>
    public string? Unit { get; }

    /// <summary>The family as text, equal for equal families only: <c>user/day</c>, <c>project/month(Europe/Berlin)/input_tokens</c>.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public bool Equals(CounterFamily? other) => ReferenceEquals(this, other) || (other is not null && _hash == other._hash && Name == other.Name);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CounterFamily);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
