using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Conformance;

/// <summary>A correction takes what is given back out of the counters that were charged, once, in their periods, and as far as so much is spent.</summary>
public abstract class CorrectionsGiveBack<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private static readonly Budget Ten = AliceLimit(10m);
    private static readonly Budget Hundred = Limit(ProviderScope, 100m, BudgetPeriod.Month);

    [Fact]
    public async Task What_was_charged_is_taken_out_of_each_counter_and_there_is_room_again()
    {
        var firewall = Firewall(Ten, Hundred);
        await using var store = Store();
        await firewall.ChargeAsync(Call(10m));
        (await firewall.TryCheckAsync(Call(Nano))).IsAllowed.Should().BeFalse();

        var answer = await store.CorrectAsync(Correction("one", (Ten, Alice, 3m), (Hundred, Provider, 3m)));

        (answer.Status, answer.IsReplay).Should().Be((CorrectionStatus.Done, false));
        AssertMoment(answer.DoneAt, answer.Now);
        answer.Moved.Should().Equal(3_000_000_000, 3_000_000_000);
        answer.Readings.Should().Equal(LimitReading.OfBudget(7_000_000_000, 0), LimitReading.OfBudget(7_000_000_000, 0));
        (await firewall.SpentAsync(ProviderScope)).Should().Be(7m);
        (await firewall.TrySpendAsync(Call(3m))).IsAllowed.Should().BeTrue();
        (await firewall.TrySpendAsync(Call(Nano))).IsAllowed.Should().BeFalse();
    }

    [Fact]
    public async Task The_same_id_is_answered_as_before_and_moves_nothing_more()
    {
        var firewall = Firewall(Ten);
        await using var store = Store();
        await firewall.ChargeAsync(Call(2m));
        var call = Correction("again", (Ten, Alice, 5m));
        var first = await store.CorrectAsync(call);
        await firewall.ChargeAsync(Call(4m));
        await Harness.PassAsync(TimeSpan.FromMinutes(1));

        var second = await store.CorrectAsync(call);

        first.Moved.Should().Equal(2_000_000_000);
        (second.Status, second.IsReplay, second.DoneAt, second.Moved[0]).Should().Be((CorrectionStatus.Done, true, first.DoneAt, 2_000_000_000));
        second.Readings.Should().Equal(LimitReading.OfBudget(4_000_000_000, 0));
        (await firewall.SpentAsync(AliceScope)).Should().Be(4m);
    }

    [Fact]
    public async Task The_same_id_with_other_content_is_a_conflict_and_each_scope_and_partition_has_ids_of_its_own()
    {
        var firewall = Firewall(Ten);
        await using var store = Store();
        await firewall.ChargeAsync(Call(9m));
        await store.CorrectAsync(Correction("id", (Ten, Alice, 1m)));

        (await store.CorrectAsync(With(Correction("id", (Ten, Alice, 1m)), fingerprint: 2))).Status.Should().Be(CorrectionStatus.Conflict);
        (await store.CorrectAsync(Correction("id"))).Status.Should().Be(CorrectionStatus.Conflict);
        (await firewall.SpentAsync(AliceScope)).Should().Be(8m);
        (await store.CorrectAsync(With(Correction("id", (Ten, Alice, 1m)), scope: "acme"))).IsReplay.Should().BeFalse();
        (await store.CorrectAsync(With(Correction("id", (Ten, Alice, 1m)), partition: "eu"))).Moved.Should().Equal(0);
        (await firewall.SpentAsync(AliceScope)).Should().Be(7m);
    }

    [Fact]
    public async Task Ids_of_corrections_are_apart_from_those_of_charges()
    {
        var firewall = Firewall(Ten);
        await using var store = Store();
        await firewall.ChargeAsync(Call(2m, id: "call"));

        (await store.CorrectAsync(Correction("call", (Ten, Alice, 2m)))).IsReplay.Should().BeFalse();

        (await firewall.ChargeAsync(Call(2m, id: "call"))).IsReplay.Should().BeTrue();
        (await firewall.SpentAsync(AliceScope)).Should().Be(0m);
    }

    [Fact]
    public async Task An_ended_period_is_corrected_where_it_is_kept_and_the_present_one_is_not()
    {
        var kept = AliceLimit(10m) with { LimitFromUsage = new() { Periods = 2, Factor = 1m, Percentile = 1m, Floor = 10m, Ceiling = 50m } };
        var firewall = Firewall(kept);
        await using var store = Store();
        await firewall.ChargeAsync(Call(6m));
        var call = Correction("yesterday", (kept, Alice, 2m));
        await Harness.MoveToAsync(Calendar.NextMidnight(Harness.Now));
        await firewall.ChargeAsync(Call(1m));

        var answer = await store.CorrectAsync(With(call, notAfter: Harness.Now.AddMinutes(10)));

        answer.Moved.Should().Equal(2_000_000_000);
        answer.Readings.Should().Equal(LimitReading.OfBudget(4_000_000_000, 0));
        (await firewall.SpentAsync(AliceScope)).Should().Be(1m);
    }

    [Fact]
    public async Task Where_a_counter_is_gone_or_was_never_there_nothing_is_taken_and_none_is_made()
    {
        await using var store = Store();
        await Firewall(Hundred).ChargeAsync(Call(1m));
        var before = (await Harness.CaptureAsync()).Count;

        var answer = await store.CorrectAsync(Correction("gone", (Ten, Alice, 2m), (Hundred, Provider, 1m)));

        answer.Moved.Should().Equal(0, 1_000_000_000);
        answer.Readings.Should().Equal(null, LimitReading.OfBudget(0, 0));
        var after = (await Harness.CaptureAsync()).Count;
        after.Should().BeOneOf(before, before + 1);
    }

    [Fact]
    public async Task A_reset_between_leaves_nothing_to_take_and_holds_and_allowances_stay()
    {
        var firewall = Firewall(Ten);
        await using var store = Store();
        await firewall.ChargeAsync(Call(6m));
        await using var held = await firewall.ReserveAsync(Call(1m));
        await firewall.Budgets.GrantAsync(new() { BudgetId = Ten.Id, Scope = AliceScope, Amount = 5m, Reason = "a test" });
        await firewall.Budgets.ResetAsync(Ten.Id, AliceScope);
        await firewall.ChargeAsync(Call(2m));

        var answer = await store.CorrectAsync(Correction("late", (Ten, Alice, 6m)));

        answer.Moved.Should().Equal(2_000_000_000);
        answer.Readings.Should().Equal(LimitReading.OfBudget(0, 1_000_000_000, 5_000_000_000));
        (await held.CommitAsync(1m)).Overrun.Should().Be(0m);
        (await firewall.SpentAsync(AliceScope)).Should().Be(1m);
    }

    [Fact]
    public async Task A_warning_that_has_fired_does_not_fire_again()
    {
        var firewall = Firewall(Ten with { WarnAt = [0.5m] });
        await using var store = Store();
        (await firewall.ChargeAsync(Call(6m))).Warnings.Should().ContainSingle();
        await store.CorrectAsync(Correction("back", (Ten, Alice, 6m)));

        (await firewall.ChargeAsync(Call(6m))).Warnings.Should().BeEmpty();
    }

    [Fact]
    public async Task Shadow_counters_and_counters_of_units_and_without_periods_are_corrected_alike()
    {
        var shadow = AliceLimit(10m) with { Enforcement = Enforcement.Shadow, Id = "shadow" };
        var records = Limit(AliceScope, 100m, BudgetPeriod.None, Record);
        var firewall = Firewall(Ten, shadow, records);
        await using var store = Store();
        await firewall.ChargeAsync(Call(4m) with { Usage = Records(7m) });

        var answer = await store.CorrectAsync(Correction("all", (Ten, Alice, 4m), (shadow, Alice, 1.5m), (records, Alice, 0.007m)));

        answer.Moved.Should().Equal(4_000_000_000, 1_500_000_000, 7_000_000);
        (await firewall.SpentAsync(AliceScope, Ten.Id)).Should().Be(0m);
        (await firewall.SpentAsync(AliceScope, "shadow")).Should().Be(2.5m);
        (await firewall.SpentAsync(AliceScope, records.Id)).Should().Be(0m);
    }

    [Fact]
    public async Task What_is_late_is_not_done_and_what_was_done_before_is_a_replay_all_the_same()
    {
        var firewall = Firewall(Ten);
        await using var store = Store();
        await firewall.ChargeAsync(Call(6m));
        var call = Correction("slow", (Ten, Alice, 1m));

        var late = await store.CorrectAsync(With(call, notAfter: Harness.Now.AddMicroseconds(-1)));
        late.Status.Should().Be(CorrectionStatus.TooLate);
        AssertMoment(late.Now, Harness.Now);
        (await store.CorrectAsync(call)).IsReplay.Should().BeFalse();
        var again = await store.CorrectAsync(With(call, notAfter: Harness.Now.AddDays(-1)));
        (again.Status, again.IsReplay).Should().Be((CorrectionStatus.Done, true));
        (await firewall.SpentAsync(AliceScope)).Should().Be(5m);
    }

    [Fact]
    public async Task An_id_is_remembered_for_its_retention_and_no_longer()
    {
        var firewall = Firewall(AliceLimit(10m, BudgetPeriod.None));
        await using var store = Store();
        await firewall.ChargeAsync(Call(6m));
        var call = Correction("kept", (AliceLimit(10m, BudgetPeriod.None), Alice, 1m));
        await store.CorrectAsync(call);
        await Harness.PassAsync(call.Retention - TimeSpan.FromMinutes(1));
        (await store.CorrectAsync(call)).IsReplay.Should().BeTrue();
        await Harness.PassAsync(TimeSpan.FromMinutes(2));

        (await store.CorrectAsync(With(call, notAfter: Harness.Now.AddMinutes(10)))).IsReplay.Should().BeFalse();
        (await store.CorrectAsync(With(call, notAfter: Harness.Now.AddMinutes(10)))).IsReplay.Should().BeTrue();

        (await firewall.SpentAsync(AliceScope)).Should().Be(4m);
    }

    [Fact]
    public async Task Many_at_once_take_each_id_once_and_never_below_zero()
    {
        const int Ids = 40;
        var firewall = Firewall(Ten);
        await using var store = Store();
        await firewall.ChargeAsync(Call(10m));
        var calls = Enumerable.Range(0, Ids).Select(id => Correction($"id-{id}", (Ten, Alice, 0.3m))).ToArray();

        var answers = await Together.DoAsync(3 * Ids, 8, i => store.CorrectAsync(calls[i % Ids]));

        answers.Should().OnlyContain(answer => answer.Status == CorrectionStatus.Done);
        answers.Where(answer => !answer.IsReplay).Should().HaveCount(Ids);
        answers.Where(answer => !answer.IsReplay).Sum(answer => answer.Moved[0]).Should().Be(10_000_000_000);
        (await firewall.SpentAsync(AliceScope)).Should().Be(0m);
    }

    [Fact]
    public async Task Hostile_ids_reach_their_own_counter_only()
    {
        var (strange, id) = ("a:{b}*\n\0", "x:{y}*\n" + new string('z', 240));
        var each = Limit(BudgetScope.Each("user"), 10m);
        var firewall = Firewall(each);
        await using var store = Store();
        await firewall.ChargeAsync(Call(5m));
        await firewall.ChargeAsync(Call(5m, user: strange));

        (await store.CorrectAsync(Correction(id, (each, strange, 2m)))).Moved.Should().Equal(2_000_000_000);

        (await firewall.SpentAsync(BudgetScope.User(strange))).Should().Be(3m);
        (await firewall.SpentAsync(AliceScope)).Should().Be(5m);
    }

    [Fact]
    public async Task What_no_correction_can_be_is_refused_before_anything_is_changed()
    {
        await using var store = Store();
        var call = Correction("bad", (Ten, Alice, 1m));

        await store.Awaiting(one => one.CorrectAsync(With(call, counters: [call.Counters[0] with { Amount = -1 }])).AsTask()).Should().ThrowAsync<ArgumentOutOfRangeException>();
        await store.Awaiting(one => one.CorrectAsync(With(call, counters: [call.Counters[0], call.Counters[0]])).AsTask()).Should().ThrowAsync<ArgumentException>();
        await store.Awaiting(one => one.CorrectAsync(With(call, retention: TimeSpan.Zero)).AsTask()).Should().ThrowAsync<ArgumentOutOfRangeException>();
        var many = Enumerable.Range(0, DecisionCall.MaxLimits + 1).Select(i => call.Counters[0] with { Scope = BudgetScope.User($"u{i}") });
        await store.Awaiting(one => one.CorrectAsync(With(call, counters: [.. many])).AsTask()).Should().ThrowAsync<ArgumentOutOfRangeException>();
        (await store.CorrectAsync(With(call, counters: [.. many.Skip(1)]))).Moved.Should().HaveCount(DecisionCall.MaxLimits).And.OnlyContain(moved => moved == 0);
    }

    private IBudgetStore Store() => Harness.CreateStore();

    private CorrectionCall Correction(string id, params (Budget Budget, string ScopeId, decimal Amount)[] counters) => new()
    {
        CorrectionId = id,
        Counters = [.. counters.Select(counter => CounterOf(new(counter.Budget), counter.ScopeId, counter.Amount))],
        Retention = TimeSpan.FromHours(1),
        NotAfter = Harness.Now.AddMinutes(30),
        Fingerprint = 1,
    };

    private CorrectedCounter CounterOf(CounterRule rule, string scopeId, decimal amount) =>
        new(rule.Family.Name, BudgetScope.Of(rule.ScopeKind, scopeId), rule.Unit, rule.Family.Calendar.At(Harness.Now).Start, (long)(amount * 1_000_000_000m));

    private static CorrectionCall With(
        CorrectionCall call, UInt128? fingerprint = null, string? scope = null, string? partition = null, DateTimeOffset? notAfter = null, ImmutableArray<CorrectedCounter>? counters = null, TimeSpan? retention = null) => new()
        {
            CorrectionId = call.CorrectionId,
            OperationScope = scope,
            Partition = partition,
            Counters = counters ?? call.Counters,
            Retention = retention ?? call.Retention,
            NotAfter = notAfter ?? call.NotAfter,
            Fingerprint = fingerprint ?? call.Fingerprint,
        };
}
