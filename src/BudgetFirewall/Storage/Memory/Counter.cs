namespace BudgetFirewall.Storage;

/// <summary>The amounts that one scope has spent and holds in one period.</summary>
internal sealed class Counter : LimitState
{
    // A counter that was restored finds out at its first charge.
    private const long UnknownFraction = -1;

    private HoldSlots _holds;
    private long _dropAtTicks;

    public Counter(in LimitStateKey key, long order, DateTime keptUntil, long nowTicks) : base(key, order) => _dropAtTicks = EndTicks(keptUntil, nowTicks);

    public long Spent { get; private set; }

    public long Held => _holds.Total;

    /// <summary>The amount by which the limit is raised in the period.</summary>
    public long Allowance { get; private set; }

    /// <summary>The highest warning fraction that has fired, in millionths; below zero where it is not known yet.</summary>
    public long WarnedFractionMicros { get; private set; }

    public long PurgedThroughMs => _holds.PurgedThroughMs;

    public LimitReading Reading => LimitReading.OfBudget(Spent, Held, Allowance);

    public override bool IsOver(long nowTicks) => _dropAtTicks <= nowTicks;

    /// <summary>
    /// Reads the counter without entering it; false while another thread is inside, when it was dropped since it was found, or when it still counts holds that
    /// have ended.
    /// </summary>
    public bool TryRead(long nowMs, out int version, out LimitReading reading)
    {
        var isQuiet = TryLook(out version);
        reading = Reading;
        return isQuiet && !IsDropped && _holds.FirstEndMs > nowMs;
    }

    public void PurgeHolds(long nowMs) => _holds.Purge(nowMs);

    public void Hold(long slotEndMs, long amount)
    {
        _holds.Add(slotEndMs, amount);
        KeepUntil(slotEndMs);
        AssertBalance();
    }

    /// <summary>Keeps the counter at least until a slot ends.</summary>
    public void KeepUntil(long slotEndMs)
    {
        IsNew = false;
        _dropAtTicks = Math.Max(_dropAtTicks, DateTime.UnixEpoch.Ticks + (slotEndMs * TimeSpan.TicksPerMillisecond));
    }

    public long HeldIn(long slotEndMs) => _holds.AmountIn(slotEndMs);

    /// <summary>Gives a hold back, unless its slot was purged already.</summary>
    public void Unhold(long slotEndMs, long amount)
    {
        _holds.Remove(slotEndMs, amount);
        AssertBalance();
    }

    /// <summary>Charges an amount, and notes the warnings and overruns that it causes.</summary>
    public void Charge(in HeldCounter charged, ref ChargeEffects effects)
    {
        IsNew = false;
        // A counter that was made by another budget is not kept as long.
        if (charged.Rule.OutlivesPeriod)
            _dropAtTicks = Math.Max(_dropAtTicks, charged.Rule.KeptUntil(charged.Period).Ticks);
        if (WarnedFractionMicros < 0)
            WarnedFractionMicros = FiredAt(charged.Rule);
        Spent = checked(Spent + charged.Amount);
        AssertBalance();
        WarnedFractionMicros = effects.Add(charged, Spent, Allowance, WarnedFractionMicros);
    }

    /// <summary>Raises the allowance, or lowers it by a negative amount.</summary>
    public void Grant(long amount)
    {
        IsNew = false;
        Allowance = checked(Allowance + amount);
        AssertBalance();
    }

    /// <summary>Takes an amount that was charged out of what is spent, as far as so much is spent. A warning that has fired does not fire again.</summary>
    /// <returns>The amount taken.</returns>
    public long GiveBack(long amount)
    {
        var moved = Math.Min(amount, Spent);
        Spent -= moved;
        AssertBalance();
        return moved;
    }

    /// <summary>Adds what an earlier store has counted. Warnings of fractions that were reached then have fired.</summary>
    public void Restore(long spent, long allowance)
    {
        IsNew = false;
        (Spent, Allowance, WarnedFractionMicros) = (checked(Spent + spent), checked(Allowance + allowance), UnknownFraction);
        AssertBalance();
    }

    /// <summary>Sets what is spent to zero.</summary>
    /// <param name="isEndless">True when the period ends with a reset only, and so its allowance.</param>
    public void Reset(bool isEndless)
    {
        (Spent, WarnedFractionMicros) = (0, 0);
        if (isEndless)
            Allowance = 0;
    }

    private static long EndTicks(DateTime keptUntil, long nowTicks)
    {
        if (keptUntil == DateTime.MaxValue)
            return long.MaxValue;
        // A clock that is set back by seconds must still find the period it returns to. A commit later than its period was kept makes the period's counter anew, for an hour.
        return keptUntil.Ticks > nowTicks ? keptUntil.Ticks + TimeSpan.TicksPerMinute : nowTicks + TimeSpan.TicksPerHour;
    }

    private long FiredAt(CounterRule rule)
    {
        var fired = 0L;
        foreach (var threshold in rule.Thresholds)
        {
            if (!rule.HasReached(threshold, Spent, Allowance))
                break;
            fired = threshold.FractionMicros;
        }
        return fired;
    }

    private void AssertBalance()
    {
        if (Spent < 0 || Held < 0 || Allowance < 0)
            throw new InvalidOperationException($"A balance is below zero: spent {Spent}, held {Held}, allowance {Allowance}.");
    }
}
