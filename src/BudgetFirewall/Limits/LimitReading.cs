namespace BudgetFirewall.Storage;

/// <summary>
/// The situation of one limit for one scope, in two numbers: of a budget the spent and held amounts, of a rate limit the available amount and the rest of its
/// state, from which the limit's rule works out more when somebody asks. The rule at the same index says which of the two it is. Immutable.
/// </summary>
public readonly record struct LimitReading
{
    private readonly long _first;
    private readonly long _second;

    private LimitReading(long first, long second) => (_first, _second) = (first, second);

    /// <summary>The amount charged to a budget in the period, in nanos or micros.</summary>
    public long Spent => _first;

    /// <summary>The amount that open reservations have set aside in a budget, in nanos or micros.</summary>
    public long Held => _second;

    /// <summary>The amount that may be taken from a rate limit now, in micros; below zero after a charge of more than was there.</summary>
    public long Available => _first;

    /// <summary>The rest of a rate limit's state, as the rule of its algorithm packs it.</summary>
    public long PackedState => _second;

    /// <summary>The reading of a budget.</summary>
    /// <param name="spent">The amount charged.</param>
    /// <param name="held">The amount set aside.</param>
    public static LimitReading OfBudget(long spent, long held) => new(spent, held);

    /// <summary>The reading of a rate limit.</summary>
    /// <param name="available">The amount that may be taken, in micros.</param>
    /// <param name="packedState">The rest of the state, as the rule of the algorithm packs it.</param>
    public static LimitReading OfRateLimit(long available, long packedState) => new(available, packedState);
}
