using BudgetFirewall.Conformance;

namespace BudgetFirewall.Reliability;

/// <summary>
/// Decides whether a history is linearizable. The store's own order is the witness: replayed through the reference model, one step after another, it must give
/// every caller the answer that it got, no step may lie outside the time between its call and its answer, and what it ends at must be what the store stands at.
/// A call that was not answered may have a step or none; which, the store's totals decide.
/// </summary>
internal sealed class HistoryCheck
{
    private readonly History _history;
    private readonly TimeSpan _lease;
    private readonly IReadOnlyList<Budget> _budgets;
    private readonly ReferenceModel _model;
    private readonly Dictionary<(string Id, CallVerb Verb), TracedCall[]> _calls;
    private readonly Dictionary<string, ModelReservation> _reservations = new(StringComparer.Ordinal);
    private readonly HashSet<(string, CallVerb)> _done = [];
    private readonly Dictionary<(string Id, CallVerb Verb), int> _refusedAt = [];
    private readonly List<(int Order, long Began, long Ended, string What)> _windows = [];

    private HistoryCheck(History history, IReadOnlyList<Budget> budgets, TimeSpan lease)
    {
        (_history, _budgets, _lease) = (history, budgets, lease);
        _model = new(history.Steps.Count > 0 ? history.Steps[0].At : history.ReadAt, budgets, []);
        _calls = history.Calls.GroupBy(call => (call.OperationId, call.Verb)).ToDictionary(group => group.Key, group => group.OrderBy(call => call.Began).ToArray());
    }

    /// <summary>Checks a history of reservations of 1 with a lease, of spends and of charges.</summary>
    /// <exception cref="ModelDifferenceException">The history is not linearizable.</exception>
    public static void Run(History history, IReadOnlyList<Budget> budgets, TimeSpan lease)
    {
        var check = new HistoryCheck(history, budgets, lease);
        for (var i = 0; i < history.Steps.Count; i++)
            check.Replay(i, history.Steps[i]);
        foreach (var ((id, verb), calls) in check._calls)
            check.CompareAnswers(id, verb, calls);
        check.CompareTimes();
        check.CompareTotals();
    }

    private void Replay(int order, StoreStep step)
    {
        if (!_calls.TryGetValue((step.OperationId, step.Verb), out var calls))
            throw Wrong(step, "nobody asked for it");
        _model.Now = step.At > _model.Now ? step.At : _model.Now;
        if (!step.HasWritten)
        {
            if (step.Verb is CallVerb.Reserve or CallVerb.Spend && !_done.Contains((step.OperationId, step.Verb)) && Plan(step, calls[0]).Counters.Any(counter => counter.RefusesAt(_model.Now).Maybe))
                _refusedAt[(step.OperationId, step.Verb)] = order;
            return;
        }
        if (!_done.Add((step.OperationId, step.Verb)))
            throw Wrong(step, "it took effect twice");
        Apply(step, calls[0]);
        var answered = calls.Where(call => call.Outcome == CallOutcome.Done).Select(call => call.Ended).DefaultIfEmpty(long.MaxValue).Min();
        _windows.Add((order, calls[0].Began, answered, $"{step.Verb} {step.OperationId}"));
    }

    private void Apply(StoreStep step, TracedCall call)
    {
        if (step.Verb is CallVerb.Commit or CallVerb.Release)
        {
            Settle(step, call);
            return;
        }
        var plan = Plan(step, call);
        if (step.Verb != CallVerb.Charge && plan.Counters.Any(counter => counter.RefusesAt(_model.Now).Surely))
            throw Wrong(step, "it was admitted beyond the limit");
        _ = _model.Do(plan, _model.Now + _lease);
        if (step.Verb == CallVerb.Reserve)
            _reservations.Add(step.OperationId, _model.Reservations[^1]);
    }

    private void Settle(StoreStep step, TracedCall call)
    {
        if (!_reservations.TryGetValue(step.OperationId, out var reservation))
            throw Wrong(step, "there was no such reservation");
        if (reservation.Settlement is not null)
            throw Wrong(step, "the reservation was settled before");
        if (step.Verb == CallVerb.Commit)
            _model.Commit(reservation, call.Nanos / 1_000_000_000m, null);
        else
            _model.Release(reservation);
    }

    private ModelTransaction Plan(StoreStep step, TracedCall call) => _model.Plan(
        step.Verb switch { CallVerb.Reserve => OperationKind.Reserve, CallVerb.Spend => OperationKind.Spend, _ => OperationKind.Charge },
        new BudgetRequest { Provider = "load", UserId = call.User, Cost = call.Nanos / 1_000_000_000m, OperationId = call.OperationId });

    private void CompareAnswers(string id, CallVerb verb, TracedCall[] calls)
    {
        var isDone = _done.Contains((id, verb));
        if (calls.Count(call => call is { Outcome: CallOutcome.Done, IsReplay: false }) > 1)
            throw new ModelDifferenceException($"{verb} {id}: two callers were told to be the first.");
        if (!isDone && calls.Any(call => call.Outcome == CallOutcome.Done) && !(verb == CallVerb.Release && IsReleaseOfNothing(id)))
            throw new ModelDifferenceException($"{verb} {id}: acknowledged, and it never took effect.");
        if (calls.FirstOrDefault(call => call.Outcome == CallOutcome.Denied) is not { } denied)
            return;
        if (isDone)
            throw new ModelDifferenceException($"{verb} {id}: denied, and it took effect.");
        if (!_refusedAt.TryGetValue((id, verb), out var order))
            throw new ModelDifferenceException($"{verb} {id}: denied, and at no time was there a reason.");
        _windows.Add((order, denied.Began, denied.Ended, $"denial of {verb} {id}"));
    }

    // A release after the end of the lease does nothing.
    private bool IsReleaseOfNothing(string id) => _reservations.TryGetValue(id, out var reservation) && !reservation.IsOpenAt(_model.Now);

    // If a step comes after one whose call began when this one's was already answered, no order of time explains both.
    private void CompareTimes()
    {
        var (latest, what) = (long.MinValue, "");
        foreach (var window in _windows.OrderBy(window => window.Order))
        {
            if (window.Ended < latest)
                throw new ModelDifferenceException($"{window.What}: the store did it after {what}, which was asked for only after this was answered.");
            if (window.Began > latest)
                (latest, what) = (window.Began, window.What);
        }
    }

    private void CompareTotals()
    {
        _model.Now = _history.ReadAt > _model.Now ? _history.ReadAt : _model.Now;
        foreach (var (scope, totals) in _history.Totals)
        {
            var counter = _model.CounterOf(_budgets.Single(budget => budget.Scope == scope || (budget.Scope.IsEach && budget.Scope.Kind == scope.Kind)), scope);
            var (least, most) = counter.HeldAt(_model.Now);
            if (totals.Spent != counter.Spent)
                throw new ModelDifferenceException($"spent of {scope}: the history makes {counter.Spent}, the store says {totals.Spent}.");
            if (totals.Held < least || totals.Held > most)
                throw new ModelDifferenceException($"held of {scope}: the history makes {least} to {most}, the store says {totals.Held}.");
        }
    }

    private static ModelDifferenceException Wrong(StoreStep step, string what) => new($"{step.Verb} {step.OperationId}: {what}.");
}
