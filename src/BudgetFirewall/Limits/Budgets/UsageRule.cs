using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace BudgetFirewall.Storage;

/// <summary>The rule of a <see cref="LimitFromUsage"/>, with amounts in nanos or micros and fractions in millionths. Immutable.</summary>
internal sealed class UsageRule
{
    private const int Million = 1_000_000;
    private const int DigestBytes = 9;

    private readonly long _limitAtFirst;
    private readonly int _percentile;
    private readonly int _factor;
    private readonly long _floor;

    private UsageRule(Budget budget, LimitFromUsage values)
    {
        values.CheckFor(budget);
        Periods = values.Periods;
        Ceiling = budget.AmountOf(values.Ceiling, nameof(values.Ceiling));
        _limitAtFirst = budget.LimitAmount;
        _percentile = (int)(values.Percentile * LimitFromUsage.Million);
        _factor = (int)(values.Factor * LimitFromUsage.Million);
        _floor = budget.AmountOf(values.Floor, nameof(values.Floor));
    }

    public int Periods { get; }

    public long Ceiling { get; }

    /// <summary>The rule of a budget; null when it has none.</summary>
    /// <exception cref="ArgumentException">The rule does not fit the budget.</exception>
    public static UsageRule? Of(Budget budget) => budget.LimitFromUsage is { } values ? new(budget, values) : null;

    /// <summary>A digest of all that the limit follows from, apart from what was spent.</summary>
    public string Digest()
    {
        var values = FormattableString.Invariant($"{_limitAtFirst}/{Periods}/{_percentile}/{_factor}/{_floor}/{Ceiling}");
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(values)).AsSpan(0, DigestBytes));
    }

    /// <summary>The limit after what was spent in the last periods, the latest first.</summary>
    public long LimitAfter(ReadOnlySpan<long> spent)
    {
        var known = spent.TrimEnd(0);
        if (known.IsEmpty)
            return _limitAtFirst;
        var ascending = known.ToArray();
        Array.Sort(ascending);
        var rank = (int)CeilingOfMillionths((Int128)ascending.Length * _percentile);
        var limit = CeilingOfMillionths((Int128)ascending[rank - 1] * _factor);
        return (long)Int128.Clamp(limit, _floor, Ceiling);
    }

    private static Int128 CeilingOfMillionths(Int128 millionths) => (millionths + Million - 1) / Million;
}
