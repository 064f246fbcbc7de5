namespace BudgetFirewall.Conformance;

/// <summary>Does a script step by step on two firewalls that share a state, and on the model; the first difference is thrown.</summary>
internal sealed class ModelRunner(StoreHarness harness, IBudgetFirewall[] processes)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(28);

    private readonly ReferenceModel _model = new(harness.Now);
    private readonly DateTimeOffset _start = harness.Now;
    private readonly List<ModelHandle> _handles = [];
    private readonly List<(OperationKind Kind, BudgetRequest Request)> _history = [];

    private Differences Compare { get; set; } = null!;

    public async Task RunAsync(Script script)
    {
        Compare = new(_model, harness.TimeTolerance);
        for (var i = 0; i < script.Steps.Count; i++)
        {
            try
            {
                _model.Now = harness.Now;
                await DoAsync(script.Steps[i]);
                _model.Now = harness.Now;
                await CompareAllAsync();
            }
            catch (ModelDifferenceException e)
            {
                throw new ModelDifferenceException($"Step {i}, {script.Steps[i]}: {e.Message}");
            }
        }
    }

    private async Task DoAsync(Step step)
    {
        switch (step)
        {
            case Decide decide:
                await DecideAsync(processes[decide.Process], decide.Kind, RequestOf(decide.Kind, decide.Request));
                break;
            case DecideAgain again when _history.Count > 0:
                var (kind, request) = _history[Math.Min(again.Earlier, _history.Count - 1)];
                await DecideAsync(processes[again.Process], kind, request);
                break;
            case Commit commit when HandleOf(commit.Reservation) is { } handle:
                await CommitAsync(commit, handle);
                break;
            case Release release when HandleOf(release.Reservation) is { } handle:
                await ReleaseAsync(release, handle);
                break;
            case Dispose dispose when HandleOf(dispose.Reservation) is { } handle:
                await DisposeAsync(handle);
                break;
            case Extend extend when HandleOf(extend.Reservation) is { } handle:
                await ExtendAsync(extend, handle);
                break;
            case LetTimePass pass:
                await MoveToAsync(_model.Now + pass.Time);
                break;
            case MoveToEndOf move when HandleOf(move.Reservation) is { } handle:
                await MoveToAsync(handle.Reservation.ExpiresAt);
                break;
            case MoveToMidnight:
                await MoveToAsync(Calendar.NextMidnight(_model.Now));
                break;
            case SetBudget set:
                await SetAsync(processes[set.Process].Budgets, ModelWorld.Runtime[set.Budget]);
                break;
            case RemoveBudget remove:
                var id = ModelWorld.Runtime[remove.Budget].Id;
                Differences.Same("removed", _model.Catalog.Remove(id), await processes[remove.Process].Budgets.RemoveAsync(id));
                break;
            case Allow allow:
                await AllowAsync(processes[allow.Process].Budgets, allow);
                break;
            case Reset reset:
                await ResetAsync(processes[reset.Process].Budgets, ModelWorld.Scopes[reset.Scope], reset.Budget);
                break;
        }
    }

    private ModelHandle? HandleOf(int number) => _handles.Count == 0 ? null : _handles[Math.Min(number, _handles.Count - 1)];

    private BudgetRequest RequestOf(OperationKind kind, RequestPlan plan)
    {
        var request = new BudgetRequest
        {
            Provider = ModelWorld.Provider,
            Operation = plan.IsQuote ? "quote" : "request",
            UserId = ModelWorld.Users[plan.User],
            ProjectId = ModelWorld.Projects[plan.Project],
            Usage = plan.Units is { } units ? UsageOf(units) : null,
            Permits = plan.Permits,
            OperationId = plan.OperationId,
            Lease = plan.Lease,
        };
        return plan.Amount switch
        {
            AmountPlan.Unsaid when request.Usage is not null || kind == OperationKind.Check => request,
            AmountPlan.ExactFit => request with { Cost = Remaining(request) },
            AmountPlan.OneNanoTooMuch => request with { Cost = Remaining(request) + ModelWorld.Nano },
            _ => request with { Cost = plan.Value },
        };
    }

    private decimal Remaining(BudgetRequest request) => _model.Plan(OperationKind.Spend, request).Counters
        .Where(step => step.Budget is { Unit: null, Enforcement: Enforcement.Hard })
        .Select(step => Math.Max(0, step.Budget.Limit + step.Counter.Allowance - step.Counter.Spent - step.Counter.HeldAt(_model.Now).Most))
        .Append(50m)
        .Min();

    private async Task DecideAsync(IBudgetFirewall firewall, OperationKind kind, BudgetRequest request)
    {
        _history.Add((kind, request));
        var known = _model.Find(kind, request);
        var step = _model.Plan(kind, request);
        var answer = await Answer.OfAsync(firewall, kind, request);
        if (known is not null && (known.Kind != kind || known.Request != request))
        {
            Differences.Throws<OperationConflictException>("same id, other content", answer.Exception);
            return;
        }
        if (answer.Exception is { } exception)
            throw new ModelDifferenceException($"The firewall threw {exception}");
        if (known is not null)
        {
            CompareReplay(known, answer);
            return;
        }
        if (MustAllow(step, answer))
            CompareDone(step, answer);
        else
            CompareDenial(step, answer.Decision!);
        Compare.States([.. step.Counters.Select(counter => (counter.Budget, counter.Scope, counter.Counter))], answer.Budgets);
        if (answer.Decision is { } decision)
            Compare.Levels(step.Buckets.Select(bucket => (bucket.Limit, bucket.Scope, bucket.Bucket)), decision.RateLimits);
    }

    private void CompareReplay(ModelOperation known, Answer answer)
    {
        Differences.Same("is replay", true, answer.IsReplay);
        Differences.Same("is allowed", true, answer.IsAllowed);
        Differences.Effects(known.Effects, answer);
        foreach (var state in answer.Budgets)
            Compare.StateNow(state);
        if (known.Reservation is not { } reservation)
            return;
        Differences.Same("end as first given", reservation.FirstExpiresAt, answer.Reservation!.ExpiresAt);
        _handles.Add(new(answer.Reservation, reservation));
    }

    // Where a hold past its end may or may not be counted still, the model follows the firewall.
    private bool MustAllow(ModelTransaction step, Answer answer)
    {
        if (step.Kind == OperationKind.Charge)
            return true;
        var surely = step.Counters.Any(counter => counter.RefusesAt(_model.Now).Surely) || step.Buckets.Any(bucket => RefusesSurely(bucket));
        var maybe = step.Counters.Any(counter => counter.RefusesAt(_model.Now).Maybe) || step.Buckets.Any(bucket => bucket.RefusesAt(_model.Now));
        if (surely == maybe)
            Differences.Same("is allowed", !surely, answer.IsAllowed);
        return answer.IsAllowed;
    }

    private bool RefusesSurely(ModelBucketDemand bucket) => bucket.Need > 0 && bucket.Need > bucket.Bucket.LevelAt(_model.Now) + Compare.MayRefill(bucket.Limit);

    private void CompareDone(ModelTransaction step, Answer answer)
    {
        Differences.Same("is replay", false, answer.IsReplay);
        if (answer.Decision is { } decision)
        {
            Differences.Same("outcome", DecisionOutcome.Allowed, decision.Outcome);
            Differences.Same("is cost unknown", step.IsCostUnknown, decision.IsCostUnknown);
            Differences.Same("wait", null, decision.RetryAfter);
            Differences.Same("refusing", 0, decision.DeniedByBudgets.Count + decision.DeniedByRateLimits.Count);
        }
        var expiresAt = answer.Reservation?.ExpiresAt ?? default;
        if (answer.Reservation is not null)
            Compare.Moment("end", _model.Now + (step.Request.Lease ?? ModelWorld.DefaultLease), expiresAt);
        Differences.Effects(_model.Do(step, expiresAt), answer);
        if (answer.Reservation is { } handle)
            _handles.Add(new(handle, _model.Reservations[^1]));
    }

    private void CompareDenial(ModelTransaction step, BudgetDecision decision)
    {
        var counters = step.Counters.Where(counter => counter.RefusesAt(_model.Now).Surely).ToList();
        var buckets = step.Buckets.Where(bucket => bucket.RefusesAt(_model.Now)).ToList();
        Differences.Same("is replay", false, decision.IsReplay);
        Differences.Same("cost", step.Cost, decision.Cost);
        if (step.Counters.Any(counter => counter.RefusesAt(_model.Now) is { Surely: false, Maybe: true }) || buckets.Any(bucket => !RefusesSurely(bucket)))
            return;
        Differences.Same("outcome", counters.Count > 0 ? DecisionOutcome.BudgetExceeded : DecisionOutcome.RateLimited, decision.Outcome);
        Differences.SameSet("refusing budgets", [.. counters.Select(counter => (counter.Budget.Id, counter.Scope))], [.. decision.DeniedByBudgets.Select(state => (state.BudgetId, state.Scope))]);
        Differences.SameSet("refusing limits", [.. buckets.Select(bucket => (bucket.Limit.Id, bucket.Scope))], [.. decision.DeniedByRateLimits.Select(state => (state.RateLimitId, state.Scope))]);
        TimeSpan?[] waits = [.. counters.Select(counter => counter.WaitAt(_model.Now)), .. buckets.Select(bucket => bucket.Bucket.WaitFor(bucket.Need, _model.Now))];
        Compare.Wait("wait", waits.Contains(null) ? null : waits.Max(), decision.RetryAfter);
    }

    private async Task CommitAsync(Commit step, ModelHandle handle)
    {
        var reservation = handle.Reservation;
        if (_model.MayBeForgotten(reservation))
            return;
        var cost = step.What.Factor is { } factor ? Math.Min(9_000m, reservation.Cost * factor) : step.What.Cost;
        var usage = step.What.Units is { } units ? UsageOf(units) : null;
        if (step.IsById)
            cost ??= usage is null ? reservation.Cost : null;
        var answer = await Answer.OfAsync(() => CommitAsync(step, handle, cost, usage));
        handle.IsCommitTried |= !step.IsById;
        var (expectedCost, amounts) = ReferenceModel.CommitAmounts(reservation, cost, usage);
        if (reservation.Settlement is { } settled && !IsSame(settled, expectedCost, amounts, usage))
        {
            Differences.Throws<OperationConflictException>("settled otherwise before", answer.Exception);
            return;
        }
        if (answer.Exception is { } exception)
            throw new ModelDifferenceException($"The firewall threw {exception}");
        Differences.Same("is replay", reservation.Settlement is not null, answer.IsReplay);
        if (reservation.Settlement is null)
            _model.Commit(reservation, cost, usage);
        var effects = reservation.Settlement!.Effects!;
        Differences.Effects(effects, answer);
        Differences.Same("is late", reservation.Settlement.IsLate, answer.Receipt!.IsLate);
        Compare.States([.. reservation.Holds.Select(hold => (hold.Budget, hold.Scope, hold.Counter))], answer.Budgets);
    }

    private ValueTask<ChargeReceipt> CommitAsync(Commit step, ModelHandle handle, decimal? cost, BudgetUsage? usage)
    {
        var firewall = processes[step.Process];
        if (step.IsById)
            return usage is null ? firewall.CommitAsync(handle.Handle.Id, cost!.Value) : firewall.CommitAsync(handle.Handle.Id, usage);
        if (usage is not null)
            return handle.Handle.CommitAsync(usage);
        return cost is { } given ? handle.Handle.CommitAsync(given) : handle.Handle.CommitAsync();
    }

    private static bool IsSame(ModelSettlement settled, decimal cost, IReadOnlyList<decimal> amounts, BudgetUsage? usage) =>
        settled.Effects is { } effects && ((usage is not null && usage == settled.Usage) || (effects.Cost == cost && settled.Amounts.SequenceEqual(amounts)));

    private async Task ReleaseAsync(Release step, ModelHandle handle)
    {
        var reservation = handle.Reservation;
        if (_model.MayBeForgotten(reservation))
            return;
        var exception = await Xunit.Record.ExceptionAsync(async () => await (step.IsById
            ? processes[step.Process].ReleaseAsync(handle.Handle.Id)
            : handle.Handle.ReleaseAsync()));
        if (reservation.Settlement?.Effects is not null)
        {
            Differences.Throws<OperationConflictException>("release after a commit", exception);
            return;
        }
        Differences.Same("exception", null, exception?.Message);
        handle.IsReleased |= !step.IsById;
        _model.Release(reservation);
    }

    private async Task DisposeAsync(ModelHandle handle)
    {
        await handle.Handle.DisposeAsync();
        if (!handle.IsCommitTried && !handle.IsReleased)
            _model.Release(handle.Reservation);
        handle.IsReleased = true;
    }

    private async Task ExtendAsync(Extend step, ModelHandle handle)
    {
        var reservation = handle.Reservation;
        var end = default(DateTimeOffset);
        var exception = await Xunit.Record.ExceptionAsync(async () => end = step.IsById
            ? await processes[step.Process].ExtendAsync(handle.Handle.Id, step.Lease)
            : await handle.Handle.ExtendAsync(step.Lease));
        if (!reservation.IsOpenAt(_model.Now))
        {
            Differences.Throws<ReservationNotFoundException>("nothing to extend", exception);
            return;
        }
        Differences.Same("exception", null, exception?.Message);
        var expected = _model.Now + step.Lease;
        Compare.Moment("end", expected > reservation.ExpiresAt ? expected : reservation.ExpiresAt, end);
        reservation.ExtendTo(end);
    }

    private async Task SetAsync(IBudgetCatalog catalog, Budget budget)
    {
        var isSet = _model.Catalog.TrySet(budget);
        var exception = await Xunit.Record.ExceptionAsync(async () => await catalog.SetAsync(budget));
        Differences.Same("set", isSet ? null : nameof(ArgumentException), exception?.GetType().Name);
    }

    private async Task ResetAsync(IBudgetCatalog catalog, BudgetScope scope, int number)
    {
        if (_model.Catalog.Of(scope) is not { Count: > 0 } budgets)
            return;
        var budget = budgets[number % budgets.Count];
        await catalog.ResetAsync(budget.Id, scope);
        _model.CounterOf(budget, scope).Reset();
    }

    private async Task AllowAsync(IBudgetCatalog catalog, Allow step)
    {
        var scope = ModelWorld.Scopes[step.Scope];
        if (_model.Catalog.Of(scope) is not { Count: > 0 } budgets)
            return;
        var budget = budgets[step.Budget % budgets.Count];
        var amount = budget.Unit is null ? step.Amount : Math.Ceiling(step.Amount * 1_000_000m) / 1_000_000m;
        var allowance = new BudgetAllowance { BudgetId = budget.Id, Scope = scope, Amount = amount, Reason = "a model", OperationId = step.OperationId };
        var counter = _model.CounterOf(budget, scope);
        AllowanceChange? change = null;
        var exception = await Xunit.Record.ExceptionAsync(async () => change = step.IsRevocation ? await catalog.RevokeAsync(allowance) : await catalog.GrantAsync(allowance));
        if (allowance.OperationId is { } id && _model.Allowances.TryGetValue(id, out var known))
        {
            if (known.Content != allowance || known.IsRevocation != step.IsRevocation)
            {
                Differences.Throws<OperationConflictException>("same id, other content", exception);
                return;
            }
            Differences.Same("replayed amount", known.Moved, change?.Amount);
        }
        else
        {
            Differences.Same("exception", null, exception?.Message);
            CompareMoved(counter, budget, allowance, step.IsRevocation, change!);
        }
        Compare.States([(budget, scope, counter)], [change!.Budget]);
    }

    private void CompareMoved(ModelCounter counter, Budget budget, BudgetAllowance allowance, bool isRevocation, AllowanceChange change)
    {
        Differences.Same("is replay", false, change.IsReplay);
        var (least, most) = isRevocation ? counter.RevocableAt(_model.Now, budget, allowance.Amount) : (allowance.Amount, allowance.Amount);
        var moved = isRevocation ? -change.Amount : change.Amount;
        if (moved < least || moved > most)
            throw new ModelDifferenceException($"moved: the model says {least} to {most}, the firewall {moved}.");
        counter.Allow(change.Amount);
        if (allowance.OperationId is { } id)
            _model.Allowances[id] = (allowance, isRevocation, change.Amount);
    }

    private async Task MoveToAsync(DateTimeOffset moment)
    {
        if (moment <= _model.Now || moment > _start + Longest)
            return;
        await harness.MoveToAsync(harness.TimeTolerance > TimeSpan.Zero ? AwayFromEvents(moment) : moment);
    }

    // Where time runs on between two calls, nothing may be about to end.
    private DateTimeOffset AwayFromEvents(DateTimeOffset moment)
    {
        List<DateTimeOffset> ends = [.. _model.Reservations.SelectMany(reservation => new[] { reservation.ExpiresAt, reservation.ReleasedBy }), Calendar.NextHour(moment)];
        while (ends.Exists(end => end > moment && end <= moment + harness.Margin))
            moment = ends.Where(end => end > moment && end <= moment + harness.Margin).Max();
        return moment;
    }

    private async Task CompareAllAsync()
    {
        var firewall = processes[0];
        Differences.Same("budgets in force", true, _model.Catalog.All.SequenceEqual(await firewall.Budgets.ListAsync()));
        foreach (var scope in ModelWorld.Scopes)
        {
            var status = await firewall.GetStatusAsync(scope);
            Compare.States([.. _model.Catalog.Of(scope).Select(budget => (budget, scope, _model.CounterOf(budget, scope)))], status.Budgets);
            Compare.Levels(_model.Catalog.LimitsOf(scope).Select(matched => (matched.Limit, scope, _model.BucketOf(matched.Limit, scope))), status.RateLimits);
        }
    }

    private static BudgetUsage UsageOf(decimal units) => new() { Units = new Dictionary<string, decimal> { [ModelWorld.Unit] = units } };
}
