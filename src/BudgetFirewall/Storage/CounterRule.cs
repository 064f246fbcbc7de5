using System.Collections.Immutable;

namespace BudgetFirewall.Storage;

/// <summary>A budget as a store needs it, in whole nanos of money or micros of a unit. Immutable.</summary>
public sealed class CounterRule : IScopedRule
{
    /// <summary>The rule of a budget.</summary>
    /// <param name="budget">The budget.</param>
    /// <exception cref="ArgumentNullException"><paramref name="budget"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Its limit is finer than a step, or money above 9,000,000,000.</exception>
    public CounterRule(Budget budget)
    {
        ArgumentNullException.ThrowIfNull(budget);
        Budget = budget;
        BudgetId = budget.Id;
        Limit = budget.LimitAmount;
        IsHard = budget.Enforcement == Enforcement.Hard;
        Filter = budget.Filter;
        Family = new(budget.Scope.Kind, budget.Period, budget.Unit, Filter);
        Thresholds = [.. budget.WarnAt.Select(Threshold).Where(threshold => threshold.Amount > 0)];
    }

    /// <summary>The budget.</summary>
    public Budget Budget { get; }

    /// <summary>The budget's id.</summary>
    public string BudgetId { get; }

    /// <summary>What is counted, apart from the scope's id.</summary>
    public CounterFamily Family { get; }

    /// <summary>The limit in nanos or micros.</summary>
    public long Limit { get; }

    /// <summary>True when the budget denies what does not fit.</summary>
    public bool IsHard { get; }

    /// <summary>The warning fractions in ascending order, without those that no 64-bit amount reaches.</summary>
    public ImmutableArray<WarnThreshold> Thresholds { get; }

    /// <summary>True when the budget denies money that does not fit, so that a cost must be known to be charged to it.</summary>
    internal bool EnforcesMoney => IsHard && Family.Unit is null;

    internal RequestFilter Filter { get; }

    BudgetScope IScopedRule.Scope => Budget.Scope;

    RequestFilter IScopedRule.Filter => Filter;

    string IScopedRule.ReplacementKey => Family.Name;

    string IScopedRule.OrderKey => $"{(int)Family.Period}{Family.Unit}\0{BudgetId}";

    /// <summary>True when the budget is hard and the amount does not fit.</summary>
    /// <param name="spent">What is charged.</param>
    /// <param name="held">What is set aside.</param>
    /// <param name="amount">What is to be admitted; a known 0 always fits.</param>
    /// <param name="isUnknown">True when more than <paramref name="amount"/> may be used: something must then remain.</param>
    public bool Refuses(long spent, long held, long amount, bool isUnknown)
    {
        var needed = isUnknown ? Math.Max(amount, 1) : amount;
        return IsHard && needed > 0 && (Int128)spent + held + needed > Limit;
    }

    /// <summary>An amount as the API shows it.</summary>
    /// <param name="amount">Nanos or micros.</param>
    public decimal ToDecimal(long amount) => Family.Unit is null ? Money.FromNanos(amount) : UnitAmount.FromMicros(amount);

    private WarnThreshold Threshold(decimal fraction)
    {
        var fractionMicros = (long)(fraction * 1_000_000m);
        var amount = ((Int128)Limit * fractionMicros + 999_999) / 1_000_000;
        return new(fractionMicros, amount > long.MaxValue ? 0 : (long)Int128.Max(amount, 1));
    }
}
