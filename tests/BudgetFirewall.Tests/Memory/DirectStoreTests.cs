using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>The memory store called by itself, as decorators and tools call it.</summary>
public sealed class DirectStoreTests : StoreTests<MemoryHarness>
{
    private MemoryBudgetStore Store => Harness.Store;

    [Fact]
    public void Nothing_instead_of_a_call_is_refused_by_name()
    {
        FluentActions.Invoking(() => new MemoryBudgetStore(null!)).Should().ThrowExactly<ArgumentNullException>().Which.ParamName.Should().Be("timeProvider");
        AssertNamed("call", () => Store.DecideAsync(null!).AsTask());
        AssertNamed("call", () => Store.SettleAsync(null!).AsTask());
        AssertNamed("reservation", () => Store.ExtendAsync(null!, TimeSpan.FromMinutes(1)).AsTask());
        AssertNamed("operationId", () => Store.FindReservationAsync(null, null, null!).AsTask());
        AssertNamed("call", () => Store.ReadStatusAsync(null!).AsTask());
        AssertNamed("limits", () => Store.SetLimitsAsync(null, "", [null!]).AsTask());
        AssertNamed("family", () => Store.ResetAsync(null, null!, Alice).AsTask());
        AssertNamed("call", () => Store.UndoAsync(null!, new() { Status = DecisionStatus.Done, Now = Harness.Now }).AsTask());
        AssertNamed("call", () => Store.ExplainAsync(null!).AsTask());
        AssertNamed("call", () => Store.AdaptAsync(null!).AsTask());
        AssertNamed("rule", () => Store.FreezeLimitAsync(null, null!, Alice).AsTask());
        AssertNamed("scopeId", () => Store.FreezeLimitAsync(null, new(AliceLimit(1m)), null!).AsTask());
        AssertNamed("scopeId", () => Store.ResetAsync(null, new CounterRule(AliceLimit(1m)).Family, null!).AsTask());
        AssertNamed("call", () => Store.GrantAsync(null!).AsTask());
    }

    [Fact]
    public async Task Nothing_instead_of_the_answer_to_undo_is_refused_by_name_and_undoes_nothing()
    {
        var (firewall, recorded) = await SpentAsync();

        AssertNamed("answer", () => Store.UndoAsync(recorded.Decision!, null!).AsTask());

        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m);
    }

    [Fact]
    public async Task Whoever_looks_or_reports_by_limits_of_another_time_is_told_the_stores()
    {
        var past = PeriodWindow.At(BudgetPeriod.Day, Harness.Now.AddDays(-1));

        var status = await Store.ReadStatusAsync(new() { CatalogVersion = "", Validity = past });
        var adapted = await Store.AdaptAsync(new() { CatalogVersion = "", Validity = past, Reports = [] });

        (status.IsOtherTime, status.IsStaleCatalog, status.Now).Should().Be((true, false, Harness.Now));
        (adapted.IsOtherTime, adapted.IsStaleCatalog, adapted.Now).Should().Be((true, false, Harness.Now));
    }

    [Theory]
    [InlineData(33, 0)]
    [InlineData(20, 13)]
    [InlineData(0, 33)]
    public async Task A_call_of_more_than_32_counters_and_buckets_is_refused(int counters, int buckets)
    {
        var (_, recorded) = await SpentAsync();
        var call = recorded.Decision!;

        var e = FluentActions.Invoking(() => { _ = Store.DecideAsync(With(call, counters, buckets)).AsTask(); }).Should().ThrowExactly<ArgumentException>().Which;

        e.ParamName.Should().Be("call");
        e.Message.Should().StartWith($"A call has at most 32 budgets and rate limits, not {counters + buckets}.");
        (await Store.DecideAsync(With(call, 16, 16))).Status.Should().Be(DecisionStatus.Done);
    }

    [Fact]
    public async Task A_step_that_names_a_counter_twice_waits_for_nobody()
    {
        var (firewall, recorded) = await SpentAsync();

        var answer = await Task.Run(() => Store.DecideAsync(With(recorded.Decision!, counters: 3, buckets: 2)).AsTask()).WaitAsync(TimeSpan.FromMinutes(1));

        answer.Status.Should().Be(DecisionStatus.Done);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 4m);
    }

    [Fact]
    public async Task What_decides_nothing_shows_no_readings()
    {
        var (_, recorded) = await SpentAsync(id: "one");
        var call = recorded.Decision!;

        var conflict = await Store.DecideAsync(Copy(call, fingerprint: call.Fingerprint + 1));
        var stale = await Store.DecideAsync(Copy(call, operationId: "two", catalogVersion: "another"));
        var unknown = await Store.DecideAsync(Copy(call, operationId: "three", isReplayOnly: true));

        (conflict.Status, stale.Status, unknown.Status).Should().Be((DecisionStatus.Conflict, DecisionStatus.StaleCatalog, DecisionStatus.UnknownOperation));
        new[] { conflict, stale, unknown }.Should().AllSatisfy(answer => (answer.Readings.Length, answer.Judgements.Length).Should().Be((0, 0)));
    }

    [Fact]
    public async Task A_check_that_is_only_to_be_repeated_decides_nothing()
    {
        var (_, recorded) = await SpentAsync();

        var answer = await Store.DecideAsync(Copy(recorded.Decision!, kind: DecisionKind.Check, isReplayOnly: true));

        answer.Status.Should().Be(DecisionStatus.UnknownOperation);
    }

    [Fact]
    public async Task A_reservation_that_was_written_down_and_read_again_is_settled_and_extended_as_the_first_one()
    {
        var (firewall, recorded) = await SpentAsync();
        await firewall.ReserveAsync(Call(3m));
        var reservation = recorded.Reservation!;

        (await Store.ExtendAsync(ReadAgain(reservation), TimeSpan.FromHours(1))).Should().NotBeNull();
        var settled = await Store.SettleAsync(Commit(ReadAgain(reservation)));

        settled.Status.Should().Be(SettleStatus.Done);
        (await Store.SettleAsync(Commit(reservation))).IsReplay.Should().BeTrue();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 4m);
    }

    [Fact]
    public async Task A_reservation_that_ends_at_another_time_is_another_one()
    {
        var (firewall, recorded) = await SpentAsync();
        await firewall.ReserveAsync(Call(3m));
        var other = ReadAgain(recorded.Reservation!, endsLaterBy: TimeSpan.FromTicks(1));

        (await Store.SettleAsync(Commit(other))).Status.Should().Be(SettleStatus.NotFound);
        (await Store.ExtendAsync(other, TimeSpan.FromHours(1))).Should().BeNull();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m, held: 3m);
    }

    [Fact]
    public async Task A_reservation_of_another_store_is_not_found_and_stays_as_it_is()
    {
        var (firewall, recorded) = await SpentAsync();
        await firewall.ReserveAsync(Call(3m));
        var another = new MemoryBudgetStore(Harness.Clock);

        (await another.SettleAsync(Commit(recorded.Reservation!))).Status.Should().Be(SettleStatus.NotFound);
        (await another.ExtendAsync(recorded.Reservation!, TimeSpan.FromHours(1))).Should().BeNull();
        (await another.SettleAsync(new() { Reservation = recorded.Reservation!, IsCommit = false }))
            .Should().BeEquivalentTo(new { Status = SettleStatus.Done, IsReplay = false, IsLate = false, CostNanos = 0L }, "there is nothing to release");

        await firewall.AssertStandsAtAsync(AliceScope, spent: 1m, held: 3m);
        another.CountEntries().Should().Be(default(MemoryStoreEntries));
    }

    [Fact]
    public async Task A_budget_set_by_an_old_version_of_the_catalog_is_refused_and_changes_nothing()
    {
        (await Store.SetBudgetAsync(null, "", AliceLimit(1m))).Should().BeTrue();
        var version = (await Store.ReadCatalogAsync(null, "")).Version;

        (await Store.SetBudgetAsync(null, "", AliceLimit(2m))).Should().BeFalse();

        var catalog = await Store.ReadWholeCatalogAsync(null);
        (catalog.Version, catalog.Budgets.Should().ContainSingle().Which.Limit).Should().Be((version, 1m));
    }

    [Fact]
    public async Task The_stores_time_is_in_utc_whatever_its_clock_shows()
    {
        var (_, recorded) = await SpentAsync();
        var elsewhere = new MemoryBudgetStore(new ElsewhereClock(Harness.Now));

        var answer = await elsewhere.DecideAsync(recorded.Decision!);

        (answer.Now, answer.Now.Offset).Should().Be((Harness.Now, TimeSpan.Zero));
    }

    private async Task<(IBudgetFirewall Firewall, RecordingStore Recorded)> SpentAsync(string? id = null)
    {
        RecordingStore? recorded = null;
        var firewall = Harness.CreateFirewallOn(store => recorded = new(store), options =>
        {
            options.Budgets.Add(AliceLimit(1_000m));
            options.RateLimits.Add(Rate(AliceScope, capacity: 1_000));
        });
        await firewall.SpendAsync(Call(1m, id: id));
        return (firewall, recorded!);
    }

    private static void AssertNamed(string parameter, Func<Task> call) => FluentActions.Invoking(() => { _ = call(); }).Should().ThrowExactly<ArgumentNullException>().Which.ParamName.Should().Be(parameter);

    private static DecisionCall With(DecisionCall call, int counters, int buckets) => new()
    {
        Kind = call.Kind,
        OperationId = "direct",
        CatalogVersion = call.CatalogVersion,
        Limits = [.. Enumerable.Repeat(call.Limits[0], counters), .. Enumerable.Repeat(call.Limits[^1], buckets)],
    };

    private static DecisionCall Copy(
        DecisionCall call, DecisionKind? kind = null, string? operationId = null, UInt128? fingerprint = null, string? catalogVersion = null, bool isReplayOnly = false) => new()
        {
            Kind = kind ?? call.Kind,
            OperationId = operationId ?? call.OperationId,
            Retention = call.Retention,
            Fingerprint = fingerprint ?? call.Fingerprint,
            CatalogVersion = catalogVersion ?? call.CatalogVersion,
            Limits = call.Limits,
            IsReplayOnly = isReplayOnly,
        };

    private static HeldReservation ReadAgain(HeldReservation reservation, TimeSpan endsLaterBy = default) => new()
    {
        OperationId = reservation.OperationId,
        Request = reservation.Request,
        CostNanos = reservation.CostNanos,
        ExpiresAt = reservation.ExpiresAt + endsLaterBy,
        Counters = reservation.Counters,
        RateLimits = reservation.RateLimits,
    };

    private static SettleCall Commit(HeldReservation reservation) => new()
    {
        Reservation = reservation,
        IsCommit = true,
        CostNanos = reservation.CostNanos,
        Amounts = [.. reservation.Counters.Select(counter => counter.Amount)],
    };

    /// <summary>A clock that shows the time of another zone.</summary>
    private sealed class ElsewhereClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now.ToOffset(TimeSpan.FromHours(5.5));
    }
}
