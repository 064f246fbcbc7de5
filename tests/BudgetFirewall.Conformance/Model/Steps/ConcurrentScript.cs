using FsCheck;
using FsCheck.Fluent;

namespace BudgetFirewall.Conformance;

/// <summary>Operations that so many threads do among them.</summary>
internal sealed record ConcurrentScript(int Threads, bool HasCharges, ConcurrentStep[] Steps)
{
    private static readonly Gen<ConcurrentKind> Kind = Gen.Elements(Enum.GetValues<ConcurrentKind>());

    // An id stands for one content: its number decides kind and amount, so that whoever uses it repeats it.
    private static readonly Gen<ConcurrentStep> Step =
        from kind in Kind
        from user in Gen.Choose(0, 2)
        from isOfProject in Gen.Elements(false, true)
        from amount in Gen.Elements(0.000000001m, 0.1m, 0.75m, 1m, 2.5m)
        from id in Gen.Choose(0, 40)
        from process in Gen.Choose(0, 1)
        select id < 10
            ? new ConcurrentStep(id % 2 == 0 ? ConcurrentKind.Spend : ConcurrentKind.ReserveAndKeep, id % 3, id % 2 == 0, 0.25m * (id + 1), $"id-{id}", process)
            : new ConcurrentStep(kind, user, isOfProject, amount, null, process);

    public static Arbitrary<ConcurrentScript> Arbitrary { get; } = Arb.From(
        from threads in Gen.Choose(2, 32)
        from hasCharges in Gen.Elements(false, false, true)
        from length in Gen.Choose(100, 400)
        from steps in Step.ArrayOf(length)
        select new ConcurrentScript(threads, hasCharges, steps));

    public override string ToString() => $"{Threads} threads:{Environment.NewLine}{string.Join(Environment.NewLine, Steps.Select(step => step.ToString()))}";
}
