namespace BudgetFirewall;

/// <summary>What a division must know of one member, beside what the pool says of it.</summary>
public readonly record struct QuotaNeed
{
    /// <summary>The amount that the member keeps in any case, as far as the pool has it: what it has spent and holds. Default: 0.</summary>
    public decimal Kept { get; init; }

    /// <summary>The amount that the member wants; null: as much as there is. It gets no more, nor more than its <see cref="QuotaMember.Maximum"/>. Default: null.</summary>
    public decimal? Wanted { get; init; }

    /// <summary>What the member used in past periods, smoothed, for <see cref="QuotaStrategy.Dynamic"/>; null: it has no past. Default: null.</summary>
    public decimal? Used { get; init; }
}
