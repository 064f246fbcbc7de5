using FsCheck;
using FsCheck.Fluent;

namespace BudgetFirewall.Conformance;

/// <summary>Draws sequences of operations, and makes a failing one shorter.</summary>
internal static class Scripts
{
    private static readonly Gen<int> Process = Gen.Choose(0, 1);
    private static readonly Gen<int> Any = Gen.Choose(0, 15);

    // Few given ids, so that they are used again: with the same content, with another, for another kind of call.
    private static readonly Gen<string?> OperationId = Gen.Frequency((5, Gen.Constant<string?>(null)), (4, Gen.Elements<string?>("a", "b", "c", "d", "e")));

    private static readonly Gen<decimal> Money = Gen.Frequency(
        (4, Gen.Elements(0m, 0.000000001m, 0.3m, 0.5m, 1m, 2.5m, 3.333333333m)),
        (2, Gen.Choose(0, 5_000).Select(thousandths => thousandths * 0.001m)),
        (1, Gen.Choose(0, int.MaxValue).Select(nanos => nanos * 0.000000001m)));

    private static readonly Gen<decimal> UnitCount = Gen.Elements(0m, 0.000001m, 1m, 7m, 20.5m, 40m, 70m);

    private static readonly Gen<TimeSpan?> Lease = Gen.Elements<TimeSpan?>(
        null, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(7), TimeSpan.FromHours(3), TimeSpan.FromHours(24));

    private static readonly Gen<AmountPlan> Amount = Gen.Frequency(
        (6, Gen.Constant(AmountPlan.Cost)), (1, Gen.Constant(AmountPlan.ExactFit)), (1, Gen.Constant(AmountPlan.OneNanoTooMuch)), (2, Gen.Constant(AmountPlan.Unsaid)));

    private static readonly Gen<RequestPlan> Request =
        from user in Gen.Choose(0, ModelWorld.Users.Count - 1)
        from project in Gen.Choose(0, ModelWorld.Projects.Count - 1)
        from isQuote in Gen.Elements(false, true)
        from amount in Amount
        from value in Money
        from hasUnits in Gen.Elements(false, false, true)
        from units in UnitCount
        from permits in Gen.Elements(0, 1, 1, 1, 2, 9)
        from id in OperationId
        from lease in Lease
        select new RequestPlan(user, project, isQuote, amount, value, hasUnits ? units : null, permits, id, lease);

    private static readonly Gen<CommitPlan> CommitWhat = Gen.Frequency(
        (2, Gen.Constant(CommitPlan.AsReserved)),
        (3, Gen.Elements(0m, 0.5m, 1m, 1m, 2m).Select(factor => CommitPlan.AsReserved with { Factor = factor })),
        (2, Money.Select(cost => CommitPlan.AsReserved with { Cost = cost })),
        (2, UnitCount.Select(units => CommitPlan.AsReserved with { Units = units })));

    private static readonly Gen<TimeSpan> Time = Gen.Frequency(
        (4, Gen.Elements(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(13.5), TimeSpan.FromSeconds(30))),
        (4, Gen.Elements(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(20), TimeSpan.FromHours(1))),
        (1, Gen.Elements(TimeSpan.FromHours(7), TimeSpan.FromDays(1), TimeSpan.FromDays(3))));

    private static readonly Gen<Step> AnyStep = Gen.Frequency(
        (24, from kind in Gen.Elements(OperationKind.Check, OperationKind.Reserve, OperationKind.Reserve, OperationKind.Reserve, OperationKind.Spend, OperationKind.Charge)
             from request in Request
             from process in Process
             select (Step)new Decide(kind, request, process)),
        (4, from earlier in Any
            from process in Process
            select (Step)new DecideAgain(earlier, process)),
        (10, from reservation in Any
             from what in CommitWhat
             from isById in Gen.Elements(false, false, true)
             from process in Process
             select (Step)new Commit(reservation, what, isById, process)),
        (4, from reservation in Any
            from isById in Gen.Elements(false, true)
            from process in Process
            select (Step)new Release(reservation, isById, process)),
        (2, Any.Select(reservation => (Step)new Dispose(reservation))),
        (3, from reservation in Any
            from lease in Gen.Elements(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(9), TimeSpan.FromHours(24))
            from isById in Gen.Elements(false, true)
            from process in Process
            select (Step)new Extend(reservation, lease, isById, process)),
        (7, Time.Select(time => (Step)new LetTimePass(time))),
        (2, Any.Select(reservation => (Step)new MoveToEndOf(reservation))),
        (1, Gen.Constant<Step>(new MoveToMidnight())),
        (3, from budget in Gen.Choose(0, ModelWorld.Runtime.Count - 1)
            from process in Process
            select (Step)new SetBudget(budget, process)),
        (2, from budget in Gen.Choose(0, ModelWorld.Runtime.Count - 1)
            from process in Process
            select (Step)new RemoveBudget(budget, process)),
        (3, from scope in Gen.Choose(0, ModelWorld.Scopes.Count - 1)
            from budget in Any
            from amount in Money
            from isRevocation in Gen.Elements(false, false, true)
            from id in OperationId
            from process in Process
            select (Step)new Allow(scope, budget, Math.Max(amount, ModelWorld.Nano), isRevocation, id, process)),
        (1, from scope in Gen.Choose(0, ModelWorld.Scopes.Count - 1)
            from budget in Any
            from process in Process
            select (Step)new Reset(scope, budget, process)));

    public static Arbitrary<Script> Arbitrary { get; } = Arb.From(
        from length in Gen.Choose(5, 60)
        from steps in AnyStep.ArrayOf(length)
        select new Script(steps),
        Shorter);

    // Without a half, a quarter… down to a single step; then about earlier reservations.
    private static IEnumerable<Script> Shorter(Script script)
    {
        var count = script.Steps.Count;
        for (var cut = Math.Max(count / 2, 1); cut > 0; cut /= 2)
        {
            for (var from = 0; from + cut <= count && cut < count; from += cut)
                yield return new([.. script.Steps.Take(from), .. script.Steps.Skip(from + cut)]);
        }
        for (var i = 0; i < count; i++)
        {
            foreach (var step in Simpler(script.Steps[i]))
                yield return new([.. script.Steps.Take(i), step, .. script.Steps.Skip(i + 1)]);
        }
    }

    private static IEnumerable<Step> Simpler(Step step) => step switch
    {
        DecideAgain { Earlier: > 0 } again => [again with { Earlier = again.Earlier - 1 }],
        Commit { Reservation: > 0 } commit => [commit with { Reservation = commit.Reservation - 1 }],
        Release { Reservation: > 0 } release => [release with { Reservation = release.Reservation - 1 }],
        Dispose { Reservation: > 0 } dispose => [dispose with { Reservation = dispose.Reservation - 1 }],
        Extend { Reservation: > 0 } extend => [extend with { Reservation = extend.Reservation - 1 }],
        MoveToEndOf { Reservation: > 0 } move => [move with { Reservation = move.Reservation - 1 }],
        _ => [],
    };
}
