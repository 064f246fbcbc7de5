namespace BudgetFirewall.Conformance;

/// <summary>Compares what the firewall shows with what the model says; the first difference is thrown.</summary>
internal sealed class Differences(ReferenceModel model, TimeSpan timeTolerance)
{
    public static void Same<T>(string what, T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            throw new ModelDifferenceException($"{what}: the model says {Text(expected)}, the firewall {Text(actual)}.");
    }

    public static void SameSet<T>(string what, IReadOnlyCollection<T> expected, IReadOnlyCollection<T> actual)
    {
        if (expected.Count != actual.Count || !expected.All(actual.Contains))
            Same(what, string.Join("; ", expected.Select(Text).Order(StringComparer.Ordinal)), string.Join("; ", actual.Select(Text).Order(StringComparer.Ordinal)));
    }

    public static void Throws<TException>(string what, Exception? actual)
        where TException : Exception => Same(what, typeof(TException).Name, actual?.GetType().Name ?? "no exception");

    /// <summary>A moment by the store's clock, which may have run on since.</summary>
    public void Moment(string what, DateTimeOffset expected, DateTimeOffset actual)
    {
        if (actual < expected || actual > expected + timeTolerance)
            throw new ModelDifferenceException($"{what}: the model says {expected:O}, the firewall {actual:O}.");
    }

    public void Wait(string what, TimeSpan? expected, TimeSpan? actual)
    {
        if (expected is { } most && actual is { } wait && wait <= most && wait >= most - timeTolerance)
            return;
        Same(what, expected, actual);
    }

    public void States(IReadOnlyCollection<(Budget Budget, BudgetScope Scope, ModelCounter Counter)> expected, IReadOnlyList<BudgetState> actual)
    {
        SameSet("budgets", [.. expected.Select(item => (item.Budget.Id, item.Scope))], [.. actual.Select(state => (state.BudgetId, state.Scope))]);
        foreach (var (budget, scope, counter) in expected)
            State(budget, counter, actual.First(state => state.BudgetId == budget.Id && state.Scope == scope));
    }

    public void Levels(IEnumerable<(RateLimit Limit, BudgetScope Scope, ModelBucket Bucket)> expected, IReadOnlyList<RateLimitState> actual)
    {
        foreach (var (limit, scope, bucket) in expected)
        {
            var level = actual.FirstOrDefault(state => state.RateLimitId == limit.Id && state.Scope == scope)?.Level;
            var least = Math.Floor(bucket.LevelAt(model.Now) * 1_000_000m) / 1_000_000m;
            if (level is not { } there || there < least || there > Math.Min(limit.Capacity!.Value, least + MayRefill(limit)))
                throw new ModelDifferenceException($"level of {limit.Id} of {scope}: the model says {Text(least)}, the firewall {Text(level)}.");
            if (timeTolerance > TimeSpan.Zero)
                bucket.Adopt(there, model.Now);
        }
    }

    /// <summary>What time that has run on may have added to a bucket.</summary>
    public decimal MayRefill(RateLimit limit) => limit.RefillPerSecond!.Value * timeTolerance.Ticks / TimeSpan.TicksPerSecond;

    public static void Effects(ModelEffects expected, Answer actual)
    {
        Same("cost", expected.Cost, actual.Cost);
        if (expected.IsUncertain)
            return;
        SameSet("warnings", expected.Warnings, [.. actual.Warnings.Select(warning => (warning.BudgetId, warning.Scope, warning.Threshold))]);
        if (actual.Receipt is not { } receipt)
            return;
        SameSet("overruns", expected.Overruns, [.. receipt.Overruns.Select(overrun => (overrun.BudgetId, overrun.Scope, overrun.Amount))]);
        Same("overrun", expected.Overrun, receipt.Overrun);
    }

    /// <summary>A state of a replay: the amounts are as they are now; a replay is answered before the catalog is looked at, so the limit may be an older one.</summary>
    public void StateNow(BudgetState actual)
    {
        var budget = ModelWorld.Configured.Concat(ModelWorld.Runtime).First(budget => budget.Id == actual.BudgetId);
        Amounts(model.CounterOf(budget, actual.Scope), actual);
    }

    private void State(Budget budget, ModelCounter counter, BudgetState actual)
    {
        if (budget.Limit != actual.Limit)
            Same($"limit of {actual.BudgetId} of {actual.Scope}", budget.Limit, actual.Limit);
        Amounts(counter, actual);
    }

    private void Amounts(ModelCounter counter, BudgetState actual)
    {
        if (counter.IsUncertainAt(model.Now))
            return;
        if (counter.Spent != actual.Spent)
            Same($"spent of {actual.BudgetId} of {actual.Scope}", counter.Spent, actual.Spent);
        if (counter.Allowance != actual.Allowance)
            Same($"allowance of {actual.BudgetId} of {actual.Scope}", counter.Allowance, actual.Allowance);
        var (least, most) = counter.HeldAt(model.Now);
        if (actual.Held < least || actual.Held > most)
            throw new ModelDifferenceException($"held of {actual.BudgetId} of {actual.Scope}: the model says {Text(least)} to {Text(most)}, the firewall {Text(actual.Held)}.");
    }

    private static string Text<T>(T value) => value switch
    {
        null => "nothing",
        decimal amount => amount.ToString("0.############", System.Globalization.CultureInfo.InvariantCulture),
        ValueTuple<string, BudgetScope, decimal> item => $"{item.Item1} {item.Item2} {Text(item.Item3)}",
        _ => value.ToString() ?? "",
    };
}
