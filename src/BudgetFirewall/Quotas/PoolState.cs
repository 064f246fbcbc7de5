using System.Text.Json.Serialization;

namespace BudgetFirewall;

/// <summary>
/// What the store keeps of a pool: its definition, who has how much, and a division on its way. Amounts are nanos or micros, in the order of the pool's members; times are ticks of UTC. Immutable.
/// </summary>
internal sealed record PoolState
{
    private static readonly long EndOfTime = DateTime.MaxValue.Ticks;

    private QuotaPool? _pool;

    public PoolData Definition { get; set; } = new();

    /// <summary>The start of the period that the amounts are for.</summary>
    public long Period { get; set; }

    /// <summary>The start of the first period of the pool.</summary>
    public long FirstPeriod { get; set; }

    /// <summary>The members' limits; while they are being lowered, those of before.</summary>
    public long[] Amounts { get; set; } = [];

    /// <summary>The limits that the strategy gave them at first, by which is told what is lent and borrowed.</summary>
    public long[] Base { get; set; } = [];

    /// <summary>What the members used in past periods, smoothed; null: they have no past.</summary>
    public long?[] Used { get; set; } = [];

    /// <summary>The start of the period in which each became a member.</summary>
    public long[] Since { get; set; } = [];

    /// <summary>What was rolled over into the present period.</summary>
    public long[] RolledOver { get; set; } = [];

    /// <summary>What was taken from the undivided rest in the present period, by the id of the operation that took it.</summary>
    public Dictionary<string, long> Taken { get; set; } = [];

    /// <summary>What former members have used of the pool in the present period.</summary>
    public long Retired { get; set; }

    public PoolStage Stage { get; set; }

    /// <summary>The limits that are to be reached, where the stage is lowering.</summary>
    public long[] Target { get; set; } = [];

    /// <summary>The members that leave the pool by the division on its way.</summary>
    public RetiringMember[] Retiring { get; set; } = [];

    /// <summary>What a ledger is to be told when the division on its way is done; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ReallocationData? Reallocation { get; set; }

    /// <summary>The ended periods that are still to be recorded, before what was rolled over is given.</summary>
    public PeriodData[] Ended { get; set; } = [];

    [JsonIgnore]
    public QuotaPool Pool => _pool ??= Definition.ToPool();

    /// <summary>The amount of the present period that members may have.</summary>
    [JsonIgnore]
    public long Divisible => Math.Max(0, Pool.AmountOf(Pool.Limit, nameof(Pool.Limit)) - Retired - Taken.Values.Sum());

    /// <summary>What nobody has. While limits are lowered, nothing of it is free.</summary>
    [JsonIgnore]
    public long Rest => Math.Max(0, Divisible - Amounts.Sum());

    /// <summary>True when the state is that of a pool, and has what belongs to each member.</summary>
    /// <exception cref="ArgumentException">The definition has a value that no pool has.</exception>
    /// <exception cref="FormatException">A text of the definition is none.</exception>
    public bool IsOf(string poolId)
    {
        if (Definition.Members.Contains(null) || Retiring.Contains(null) || Ended.Contains(null))
            return false;
        Pool.CheckDivisible();
        var count = Pool.Members.Count;
        return Pool.Id == poolId
            && Period >= 0 && Period < EndOfTime && FirstPeriod >= 0 && FirstPeriod <= Period && Retired >= 0
            && Enum.IsDefined(Stage)
            && Amounts.Length == count && Base.Length == count && Used.Length == count && Since.Length == count && RolledOver.Length == count
            && Target.Length == (Stage == PoolStage.Lowering ? count : 0)
            && Amounts.Concat(Base).Concat(RolledOver).Concat(Target).Concat(Taken.Values).All(amount => amount is >= 0 and <= Storage.AllowanceCall.MaxAllowance)
            && (Reallocation is null || (Reallocation.Used.Length == count && Reallocation.At >= Period && Reallocation.At < EndOfTime))
            && Retiring.All(member => BudgetScope.TryParse(member.Scope, out _) && member.Amount >= 0)
            && Ended.All(period => period.IsWhole());
    }

    public bool Equals(PoolState? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}
