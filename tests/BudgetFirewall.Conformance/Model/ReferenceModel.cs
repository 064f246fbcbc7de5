namespace BudgetFirewall.Conformance;

/// <summary>
/// Budgets, buckets, reservations and operations as DESIGN describes them, one step after another, with plain lists and decimals:
/// written to be read, not to be fast.
/// </summary>
public sealed class ReferenceModel(DateTimeOffset start, IReadOnlyList<Budget> budgets, IReadOnlyList<RateLimit> rateLimits)
{
    private static readonly TimeSpan MadeUpIdsAreKeptFor = TimeSpan.FromSeconds(60);

    private readonly Dictionary<(BudgetScope Scope, BudgetPeriod Period, string? Unit, string Filter, DateTime Start), ModelCounter> _counters = [];
    private readonly Dictionary<(BudgetScope Scope, string LimitId), ModelBucket> _buckets = [];
    private readonly Dictionary<(bool IsCheck, string Id), ModelOperation> _operations = [];

    /// <summary>A model of the small world.</summary>
    public ReferenceModel(DateTimeOffset start)
        : this(start, ModelWorld.Configured, ModelWorld.RateLimits)
    {
    }

    public DateTimeOffset Now { get; set; } = start;

    /// <summary>The allowances that were given or taken back under ids, with the amounts that were moved.</summary>
    public Dictionary<string, (BudgetAllowance Content, bool IsRevocation, decimal Moved)> Allowances { get; } = new(StringComparer.Ordinal);

    public ModelCatalog Catalog { get; } = new(budgets, rateLimits);

    public List<ModelReservation> Reservations { get; } = [];

    public ModelOperation? Find(OperationKind kind, BudgetRequest request) =>
        request.OperationId is { } id ? _operations.GetValueOrDefault((kind == OperationKind.Check, id)) : null;

    /// <summary>True when the store may or may not know the reservation any more: its id was made up and it was settled a while ago.</summary>
    public bool MayBeForgotten(ModelReservation reservation) =>
        !reservation.IsIdGiven && reservation.Settlement is { } settlement && Now >= settlement.At + MadeUpIdsAreKeptFor;

    public ModelTransaction Plan(OperationKind kind, BudgetRequest request)
    {
        var (cost, isUnknown) = Price(request.Cost, request.Usage);
        var counters =
            from matched in Catalog.Of(request)
            let unitless = matched.Budget.Unit is null
            where unitless || request.Usage is null || UnitsOf(request.Usage) is not null
            select new ModelCounterDemand(matched.Budget, matched.Scope, CounterOf(matched.Budget, matched.Scope),
                unitless ? cost : UnitsOf(request.Usage) ?? 0, unitless ? isUnknown : request.Usage is null);
        var buckets =
            from scope in ModelCatalog.ScopesOf(request)
            from matched in Catalog.LimitsOf(scope)
            let step = BucketDemand(kind, request, matched.Limit, matched.Scope)
            where step is not null
            select step;
        return new(kind, request, cost, isUnknown, [.. counters], [.. buckets]);
    }

    public ModelEffects Do(ModelTransaction step, DateTimeOffset expiresAt)
    {
        var effects = new ModelEffects(step.Cost);
        ModelReservation? reservation = null;
        foreach (var bucket in step.Buckets)
            bucket.Bucket.Take(bucket.Take, Now);
        if (step.Kind == OperationKind.Reserve)
            Reservations.Add(reservation = Hold(step, expiresAt));
        else if (step.Kind != OperationKind.Check)
            step.Counters.ForEach(counter => effects.Charge(counter.Budget, counter.Scope, counter.Counter, counter.Amount, Now));
        if (step.Request.OperationId is { } id)
            _operations[(step.Kind == OperationKind.Check, id)] = new(step.Kind, step.Request, effects, reservation);
        return effects;
    }

    /// <summary>The amounts that a commit of a cost, a usage, or neither charges to the reservation's counters, and its cost.</summary>
    public static (decimal Cost, IReadOnlyList<decimal> Amounts) CommitAmounts(ModelReservation reservation, decimal? givenCost, BudgetUsage? usage)
    {
        // The request's own cost gives way to the price of the usage, as units are priced here.
        var cost = usage is null ? RoundUp(givenCost ?? reservation.Cost) : Price(null, usage).Cost;
        return (cost, [.. reservation.Holds.Select(hold => hold.Budget.Unit is null ? cost : usage is null ? hold.Amount : UnitsOf(usage) ?? 0)]);
    }

    public void Commit(ModelReservation reservation, decimal? givenCost, BudgetUsage? usage)
    {
        var (cost, amounts) = CommitAmounts(reservation, givenCost, usage);
        var effects = new ModelEffects(cost);
        reservation.GiveBack();
        foreach (var (hold, amount) in reservation.Holds.Zip(amounts))
            effects.Charge(hold.Budget, hold.Scope, hold.Counter, amount, Now);
        foreach (var take in reservation.Takes.Where(take => take.Limit.Unit is not null && usage is not null))
            take.Bucket.Take((UnitsOf(usage) ?? 0) - take.Amount, Now);
        reservation.Settlement = new(effects, amounts, usage, IsLate: Now >= reservation.ExpiresAt, Now);
    }

    public void Release(ModelReservation reservation)
    {
        if (!reservation.IsOpenAt(Now))
            return;
        reservation.GiveBack();
        reservation.Settlement = new(null, [], null, IsLate: false, Now);
    }

    public ModelCounter CounterOf(Budget budget, BudgetScope scope)
    {
        var window = PeriodWindow.At(budget.Period, Now);
        var name = (scope, budget.Period, budget.Unit, string.Concat(budget.Operations), window.Start);
        if (!_counters.TryGetValue(name, out var counter))
            _counters[name] = counter = new(window.IsBounded ? window.End : null);
        return counter;
    }

    public ModelBucket BucketOf(RateLimit limit, BudgetScope scope)
    {
        if (!_buckets.TryGetValue((scope, limit.Id), out var bucket))
            _buckets[(scope, limit.Id)] = bucket = new(limit, Now);
        return bucket;
    }

    private ModelReservation Hold(ModelTransaction step, DateTimeOffset expiresAt)
    {
        var reservation = new ModelReservation(step.Request, step.Cost, Now, expiresAt);
        foreach (var counter in step.Counters)
        {
            reservation.Holds.Add(new(counter.Budget, counter.Scope, counter.Counter, counter.Amount));
            counter.Counter.Hold(reservation, counter.Amount);
        }
        reservation.Takes.AddRange(step.Buckets.Select(bucket => new ModelTake(bucket.Limit, bucket.Bucket, bucket.Take)));
        return reservation;
    }

    private ModelBucketDemand? BucketDemand(OperationKind kind, BudgetRequest request, RateLimit limit, BudgetScope scope)
    {
        var bucket = BucketOf(limit, scope);
        if (limit.Unit is null)
            return kind == OperationKind.Charge ? null : new(limit, scope, bucket, Need: request.Permits, Take: request.Permits);
        if (request.Usage is null)
            return kind == OperationKind.Charge ? null : new(limit, scope, bucket, Need: 0.000001m, Take: 0);
        return UnitsOf(request.Usage) is { } units ? new(limit, scope, bucket, Need: units, Take: kind == OperationKind.Check ? 0 : units) : null;
    }

    private static (decimal Cost, bool IsUnknown) Price(decimal? cost, BudgetUsage? usage) => cost is { } given
        ? (RoundUp(given), false)
        : (RoundUp((UnitsOf(usage) ?? 0) * ModelWorld.PricePerUnit), usage is null);

    private static decimal? UnitsOf(BudgetUsage? usage) =>
        usage?.Units is { } units && units.TryGetValue(ModelWorld.Unit, out var amount) ? amount : null;

    private static decimal RoundUp(decimal cost) => Math.Ceiling(cost / ModelWorld.Nano) * ModelWorld.Nano;
}
