namespace BudgetFirewall;

/// <summary>The shares of a pool's members while they grow, in whole grains: what each keeps, what it is guaranteed, and then what its strategy gives it.</summary>
internal sealed class PoolShares
{
    private readonly QuotaPool _pool;
    private readonly long _amount;
    private readonly long[] _caps;
    private readonly long[] _kept;
    private readonly long[] _minima;
    private readonly long[] _weights;
    private readonly long?[] _used;

    private long _left;

    public PoolShares(QuotaPool pool, long amount, IReadOnlyDictionary<BudgetScope, QuotaNeed> needs)
    {
        (_pool, _amount, _left) = (pool, amount, amount);
        var count = pool.Members.Count;
        (Shares, _caps, _kept, _minima, _weights, _used) = (new long[count], new long[count], new long[count], new long[count], new long[count], new long?[count]);
        var named = 0;
        for (var i = 0; i < count; i++)
        {
            var member = pool.Members[i];
            named += needs.TryGetValue(member.Scope, out var need) ? 1 : 0;
            _kept[i] = Grains(need.Kept, nameof(need.Kept));
            _minima[i] = Grains(member.Minimum, nameof(member.Minimum));
            _weights[i] = member.WeightMicros;
            _used[i] = need.Used is { } used ? Grains(used, nameof(need.Used)) : null;
            var wanted = need.Wanted is { } want ? Grains(want, nameof(need.Wanted)) : amount;
            _caps[i] = Math.Min(Math.Min(wanted, member.Maximum is { } maximum ? Grains(maximum, nameof(member.Maximum)) : amount), amount);
        }
        if (named < needs.Count)
            throw new ArgumentException(DisplayText.Escape($"needs has '{needs.Keys.First(scope => pool.Members.All(member => member.Scope != scope))}', which is no member of the pool '{pool.Id}'."), nameof(needs));
    }

    /// <summary>The share of each member, in the order of the pool's members.</summary>
    public long[] Shares { get; }

    /// <summary>Divides the amount; gives what nobody wants.</summary>
    public long Divide()
    {
        var equal = new long[Shares.Length];
        Array.Fill(equal, 1);
        Raise(_kept, equal);
        Raise([.. _minima.Select((minimum, i) => Math.Min(minimum, _caps[i]))], equal);
        switch (_pool.Strategy)
        {
            case QuotaStrategy.FairShare:
                Raise(_caps, _weights);
                break;
            case QuotaStrategy.Priority:
                RaiseByTiers();
                break;
            case QuotaStrategy.Reserved:
                RaiseBesideMinima();
                break;
            case QuotaStrategy.Dynamic:
                RaiseByUse();
                break;
            default:
                throw new InvalidOperationException($"There is no strategy {_pool.Strategy}.");
        }
        return _left;
    }

    private void RaiseByTiers()
    {
        foreach (var tier in _pool.Members.Select(member => member.Priority).Distinct().Order())
            Raise(_caps, [.. _weights.Select((weight, i) => _pool.Members[i].Priority == tier ? weight : 0)]);
    }

    private void RaiseBesideMinima()
    {
        var beside = Shares.Select((share, i) => share - Math.Min(share, _minima[i])).ToArray();
        var guaranteed = Shares.Select((share, i) => share - beside[i]).ToArray();
        _left = WaterFilling.Fill(_left + beside.Sum(), beside, [.. _caps.Select((cap, i) => Math.Max(cap - guaranteed[i], beside[i]))], _weights);
        for (var i = 0; i < Shares.Length; i++)
            Shares[i] = guaranteed[i] + beside[i];
    }

    private void RaiseByUse()
    {
        var weight = _weights.Aggregate((Int128)0, (sum, next) => sum + next);
        var floor = PoolFraction.Of(_amount, _pool.Dynamics.Floor);
        Raise([.. _weights.Select((own, i) => Math.Min(_caps[i], (long)(floor * (Int128)own / weight)))], _weights);
        var ceiling = PoolFraction.Of(_amount, _pool.Dynamics.Ceiling);
        long[] ceilings = [.. _caps.Select(cap => Math.Min(cap, ceiling))];
        Raise(ceilings, Uses());
        // What is left where nobody used anything, or those who did have all that they may.
        Raise(ceilings, _weights);
    }

    /// <summary>What each member used; for one without a past, the average of the others by weight.</summary>
    private long[] Uses()
    {
        var (used, weight) = ((Int128)0, (Int128)0);
        for (var i = 0; i < _used.Length; i++)
        {
            used += _used[i] ?? 0;
            weight += _used[i] is null ? 0 : _weights[i];
        }
        return [.. _used.Select((own, i) => own ?? (weight == 0 ? _weights[i] : (long)Int128.Min(used * _weights[i] / weight, long.MaxValue)))];
    }

    /// <summary>Raises shares to at most their targets, as far as the amount goes; those that are above theirs stay.</summary>
    private void Raise(ReadOnlySpan<long> targets, ReadOnlySpan<long> weights)
    {
        if (_left == 0)
            return;
        var caps = new long[Shares.Length];
        var inside = _amount - _left;
        for (var i = 0; i < caps.Length; i++)
            caps[i] = Math.Max(targets[i], Shares[i]);
        _left = WaterFilling.Fill(inside + _left, Shares, caps, weights);
    }

    /// <summary>An amount in grains, rounded up.</summary>
    private long Grains(decimal value, string member)
    {
        var amount = _pool.AmountOf(value, member);
        return (amount / _pool.Grain) + (amount % _pool.Grain > 0 ? 1 : 0);
    }
}
