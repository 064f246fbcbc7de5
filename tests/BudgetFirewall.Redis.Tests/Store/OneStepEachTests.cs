using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Redis.Tests;

public sealed class OneStepEachTests(SharedServer server) : RedisStoreTests(server)
{
    [Fact]
    public async Task Every_process_knows_the_secret_of_reservation_ids_once_it_was_answered_and_a_new_one_after_a_loss_of_data()
    {
        var call = Call(DecisionKind.Reserve, [], id: "op", fingerprint: 1);
        Store.ReservationSecret(null).IsEmpty.Should().BeTrue();
        _ = await Store.DecideAsync(call);
        var first = Store.ReservationSecret(null).ToArray();
        var other = MakeStore();
        (await other.FindReservationAsync(null, null, "unknown")).Should().BeNull();
        first.Length.Should().Be(32);
        other.ReservationSecret(null).ToArray().Should().Equal(first);

        foreach (var key in Keys())
            await Database.KeyDeleteAsync(key);
        _ = await other.DecideAsync(call);
        other.ReservationSecret(null).ToArray().Should().NotEqual(first);
        (await Store.FindReservationAsync(null, null, "op")).Should().NotBeNull();

        Store.ReservationSecret(null).ToArray().Should().Equal(other.ReservationSecret(null).ToArray());
    }

    [Fact]
    public async Task A_reservation_holds_and_its_commit_charges_what_was_used()
    {
        var (day, global) = (Rule(10m), Rule(100m, "global", BudgetPeriod.Month));
        var reserved = await Store.DecideAsync(Call(DecisionKind.Reserve, [Demand(day, 7_000_000_000), Demand(global, 7_000_000_000, "global")]));

        reserved.Status.Should().Be(DecisionStatus.Done);
        reserved.Readings.ToArray().Should().Equal(LimitReading.OfBudget(0, 7_000_000_000), LimitReading.OfBudget(0, 7_000_000_000));
        reserved.Reservation!.ExpiresAt.Should().Be(reserved.Now + TimeSpan.FromMinutes(5));

        var committed = await Store.SettleAsync(Commit(reserved.Reservation, 2_500_000_001, 2_500_000_001));

        committed.Status.Should().Be(SettleStatus.Done);
        (committed.IsReplay || committed.IsLate).Should().BeFalse();
        committed.Readings.ToArray().Should().Equal(LimitReading.OfBudget(2_500_000_001, 0), LimitReading.OfBudget(2_500_000_001, 0));
    }

    [Fact]
    public async Task What_does_not_fit_is_denied_and_leaves_no_key_behind()
    {
        var answer = await Store.DecideAsync(Call(DecisionKind.Reserve, [Demand(Rule(10m), 10_000_000_001)]));

        answer.Status.Should().Be(DecisionStatus.Denied);
        Keys().Order(StringComparer.Ordinal).Should().Equal($"{{{Prefix}:default}}:v1:meta", $"{{{Prefix}:default}}:v1:secret");
    }

    [Fact]
    public async Task Spending_reaches_the_limit_exactly_and_warns_once()
    {
        var rule = Rule(10m, warnAt: [0.5m, 0.8m]);
        var first = await Store.DecideAsync(Call(DecisionKind.Spend, [Demand(rule, 4_999_999_999)]));
        var second = await Store.DecideAsync(Call(DecisionKind.Spend, [Demand(rule, 5_000_000_001)]));
        var third = await Store.DecideAsync(Call(DecisionKind.Spend, [Demand(rule, 1)]));

        first.Warnings.Should().BeEmpty();
        second.Warnings.Select(warning => warning.Threshold).Should().Equal(0.5m, 0.8m);
        second.Warnings.Select(warning => warning.Spent).Should().Equal(10m, 10m);
        third.Status.Should().Be(DecisionStatus.Denied);
    }

    [Fact]
    public async Task A_charge_beyond_the_limit_is_recorded_in_full_and_reports_the_overrun()
    {
        var rule = Rule(10m);
        var answer = await Store.DecideAsync(Call(DecisionKind.Charge, [Demand(rule, 12_000_000_000)], id: "c1", fingerprint: 7));
        var replay = await Store.DecideAsync(Call(DecisionKind.Charge, [Demand(rule, 12_000_000_000)], id: "c1", fingerprint: 7));
        var conflict = await Store.DecideAsync(Call(DecisionKind.Charge, [Demand(rule, 12_000_000_000)], id: "c1", fingerprint: 8));

        answer.Overruns.Should().ContainSingle().Which.Amount.Should().Be(2m);
        replay.IsReplay.Should().BeTrue();
        replay.Overruns.ToArray().Should().Equal(answer.Overruns.ToArray());
        replay.Readings.ToArray().Should().Equal(answer.Readings.ToArray());
        conflict.Status.Should().Be(DecisionStatus.Conflict);
    }

    [Fact]
    public async Task Every_property_of_a_usage_is_found_again()
    {
        var usage = new BudgetUsage { InputTokens = 1_000, OutputTokens = 1_000, ServiceTier = "batch", Units = new Dictionary<string, decimal> { ["image"] = 0.5m } };
        var count = 0;
        foreach (var property in typeof(BudgetUsage).GetProperties().Where(property => property.PropertyType == typeof(long) || property.GetValue(usage) is null))
            property.GetSetMethod()!.Invoke(usage, [(long)++count]);
        var call = Call(DecisionKind.Reserve, [Demand(Rule(10m), 1)]);
        await Store.DecideAsync(new()
        {
            Kind = call.Kind, OperationId = call.OperationId, CatalogVersion = "", CostNanos = 1, Limits = call.Limits,
            Lease = call.Lease, RecordRetention = call.RecordRetention, Request = Request with { Usage = usage },
        });

        var found = await MakeStore().FindReservationAsync(null, null, call.OperationId);

        typeof(BudgetUsage).GetProperties().Where(property => property.GetValue(usage) is null).Should().BeEmpty();
        found!.Request.Usage.Should().Be(usage);
    }

    [Fact]
    public async Task A_reservation_is_found_by_its_id_and_settled_by_another_process()
    {
        var day = new CounterRule(new() { Scope = BudgetScope.User("alice"), Limit = 10m, Models = ["gpt:4"], WarnAt = [0.123456m], Id = "mine" });
        var rate = new TokenBucketRule(new() { Scope = BudgetScope.Provider("openai"), Capacity = 100m, RefillPerSecond = 0.5m, Unit = "input_tokens", Id = "burst" });
        var request = Request with { Usage = new() { InputTokens = 5, Units = new Dictionary<string, decimal> { ["record"] = 0.1m } }, Cost = 1.000000001m, Lease = TimeSpan.FromSeconds(30) };
        var call = Call(DecisionKind.Reserve, [Demand(day, 1_000_000_001)], [new(rate, "openai", 5_000_000, 5_000_000)], lease: TimeSpan.FromSeconds(30));
        var reserved = await Store.DecideAsync(new()
        {
            Kind = call.Kind, OperationId = call.OperationId, CatalogVersion = "", CostNanos = 1_000_000_001, Limits = call.Limits,
            Lease = call.Lease, RecordRetention = call.RecordRetention, Request = request,
        });

        var other = MakeStore();
        var found = await other.FindReservationAsync(null, null, call.OperationId);

        found.Should().NotBeNull();
        found.Request.Should().Be(request);
        found.ExpiresAt.Should().Be(reserved.Reservation!.ExpiresAt);
        found.CostNanos.Should().Be(1_000_000_001);
        found.Counters[0].Rule.Budget.Should().Be(day.Budget);
        found.Counters[0].PeriodStart.Should().Be(reserved.Reservation.Counters[0].PeriodStart);
        found.Counters[0].Amount.Should().Be(1_000_000_001);
        found.RateLimits[0].Rule.Should().BeOfType<TokenBucketRule>().Which.RateLimit.Should().Be(rate.RateLimit);
        found.RateLimits[0].Take.Should().Be(5_000_000);

        var committed = await other.SettleAsync(Commit(found, 9_000_000_000));
        var replay = await Store.SettleAsync(Commit(reserved.Reservation, 9_000_000_000));
        var conflict = await Store.SettleAsync(Commit(reserved.Reservation, 9_000_000_001));
        var release = await Store.SettleAsync(Release(reserved.Reservation));

        committed.Status.Should().Be(SettleStatus.Done);
        committed.Warnings.Should().ContainSingle().Which.Threshold.Should().Be(0.123456m);
        replay.IsReplay.Should().BeTrue();
        replay.Warnings.ToArray().Should().Equal(committed.Warnings.ToArray());
        conflict.Status.Should().Be(SettleStatus.Conflict);
        release.Status.Should().Be(SettleStatus.Conflict);
    }

    [Fact]
    public async Task A_release_gives_the_hold_back_and_a_commit_after_it_conflicts()
    {
        var rule = Rule(10m);
        var reserved = await Store.DecideAsync(Call(DecisionKind.Reserve, [Demand(rule, 10_000_000_000)]));

        var released = await Store.SettleAsync(Release(reserved.Reservation!));
        var again = await Store.SettleAsync(Release(reserved.Reservation!));
        var commit = await Store.SettleAsync(Commit(reserved.Reservation!, 1));

        released.Readings.ToArray().Should().Equal(LimitReading.OfBudget(0, 0));
        again.IsReplay.Should().BeTrue();
        commit.Status.Should().Be(SettleStatus.Conflict);
        (await ReadAsync(rule)).Should().Be(LimitReading.OfBudget(0, 0));
    }

    [Fact]
    public async Task Extending_moves_the_end_and_keeps_the_hold()
    {
        var rule = Rule(10m);
        var reserved = await Store.DecideAsync(Call(DecisionKind.Reserve, [Demand(rule, 3_000_000_000)], lease: TimeSpan.FromSeconds(10)));

        var end = await Store.ExtendAsync(reserved.Reservation!, TimeSpan.FromMinutes(10));
        var shorter = await Store.ExtendAsync(reserved.Reservation!, TimeSpan.FromSeconds(1));
        var found = await Store.FindReservationAsync(null, null, reserved.Reservation!.OperationId);

        end!.Value.Should().BeOnOrAfter(reserved.Now.AddMinutes(10)).And.BeOnOrBefore(reserved.Now.AddMinutes(10).AddSeconds(5));
        shorter.Should().Be(end);
        found!.ExpiresAt.Should().Be(reserved.Reservation.ExpiresAt);
        (await ReadAsync(rule)).Should().Be(LimitReading.OfBudget(0, 3_000_000_000));
        (await Store.SettleAsync(Commit(reserved.Reservation, 1))).Readings.ToArray().Should().Equal(LimitReading.OfBudget(1, 0));
    }

    [Fact]
    public async Task A_bucket_denies_what_it_has_not_and_the_commit_settles_the_difference()
    {
        var rate = new TokenBucketRule(new() { Scope = BudgetScope.Provider("openai"), Capacity = 100m, RefillPerSecond = 0m, Unit = "input_tokens" });
        var reserved = await Store.DecideAsync(Call(DecisionKind.Reserve, [], [new(rate, "openai", 60_000_000, 60_000_000)]));
        var denied = await Store.DecideAsync(Call(DecisionKind.Reserve, [], [new(rate, "openai", 60_000_000, 60_000_000)]));
        var committed = await Store.SettleAsync(new() { Reservation = reserved.Reservation!, IsCommit = true, Amounts = [], TakesMicros = [130_000_000] });
        var status = await Store.ReadStatusAsync(new() { CatalogVersion = "", Limits = [LimitDemand.Look(rate, "openai")] });

        reserved.Readings.ToArray().Should().Equal(LimitReading.OfRateLimit(40_000_000, packedState: 0));
        denied.Status.Should().Be(DecisionStatus.Denied);
        denied.Readings.ToArray().Should().Equal(LimitReading.OfRateLimit(40_000_000, packedState: 0));
        committed.Status.Should().Be(SettleStatus.Done);
        status.Readings.ToArray().Should().Equal(LimitReading.OfRateLimit(-30_000_000, packedState: 0));
    }

    [Fact]
    public async Task Runtime_budgets_are_versioned_and_decisions_with_an_old_version_are_stale()
    {
        var budget = new Budget { Scope = BudgetScope.User("alice"), Limit = 5m, IsActive = false, Id = "x" };
        var empty = await Store.ReadWholeCatalogAsync(null);
        var isSet = await Store.SetBudgetAsync(null, empty.Version, budget);
        var isSetAgain = await Store.SetBudgetAsync(null, empty.Version, budget);
        var other = MakeStore();
        var catalog = await other.ReadWholeCatalogAsync(null);
        var stale = await other.DecideAsync(Call(DecisionKind.Check, [Demand(Rule(10m), 1)]));

        empty.Version.Should().Be("");
        isSet.Should().BeTrue();
        isSetAgain.Should().BeFalse();
        catalog.Budgets.Should().Equal(budget);
        stale.Status.Should().Be(DecisionStatus.StaleCatalog);
        (await other.RemoveLimitAsync(null, new(LimitKind.Budget, "x"))).Should().BeTrue();
        (await other.RemoveLimitAsync(null, new(LimitKind.Budget, "x"))).Should().BeFalse();
        var after = await Store.ReadWholeCatalogAsync(null);
        after.Budgets.Should().BeEmpty();
        after.Version.Should().NotBe(catalog.Version);
    }

    [Fact]
    public async Task A_reset_sets_spent_to_zero_and_arms_the_warnings_while_holds_stay()
    {
        var rule = Rule(10m, warnAt: [0.5m]);
        _ = await Store.DecideAsync(Call(DecisionKind.Reserve, [Demand(rule, 1_000_000_000)]));
        _ = await Store.DecideAsync(Call(DecisionKind.Spend, [Demand(rule, 6_000_000_000)]));

        await Store.ResetAsync(null, rule.Family, "alice");

        (await ReadAsync(rule)).Should().Be(LimitReading.OfBudget(0, 1_000_000_000));
        (await Store.DecideAsync(Call(DecisionKind.Spend, [Demand(rule, 6_000_000_000)]))).Warnings.Should().ContainSingle();
    }

    [Fact]
    public async Task A_reset_repeated_for_want_of_an_answer_leaves_what_was_spent_since()
    {
        var rule = Rule(10m);
        _ = await Store.DecideAsync(Call(DecisionKind.Charge, [Demand(rule, 5)]));
        var (tag, counter) = ($"{{{Prefix}:default}}:v1:", Keys().Should().ContainSingle(key => key.Contains(":v1:c:", StringComparison.Ordinal)).Which);
        byte[] always = [.. BitConverter.GetBytes(0L)[..6], .. BitConverter.GetBytes(99_999_999_999_999L)[..6]];
        Task ResetAsync() => Database.ScriptEvaluateAsync(ScriptText.Of("reset"), [tag + "meta", counter, tag + "o:reset"], [Database.StringGet(tag + "meta"), always]);

        await ResetAsync();
        _ = await Store.DecideAsync(Call(DecisionKind.Charge, [Demand(rule, 3)]));
        await ResetAsync();

        (await ReadAsync(rule)).Should().Be(LimitReading.OfBudget(3, 0));
    }

    [Fact]
    public async Task A_check_takes_permits_once_and_counts_nothing()
    {
        var rule = Rule(10m);
        var rate = new TokenBucketRule(new() { Scope = BudgetScope.Provider("openai"), Capacity = 10m, RefillPerSecond = 0m });
        var call = Call(DecisionKind.Check, [Demand(rule, 10_000_000_000)], [new(rate, "openai", 1_000_000, 1_000_000)], id: "k", fingerprint: 3);
        var first = await Store.DecideAsync(call);
        var replay = await Store.DecideAsync(call);
        var spend = await Store.DecideAsync(Call(DecisionKind.Spend, [Demand(rule, 1)], id: "k", fingerprint: 4));

        first.Readings.ToArray().Should().Equal(LimitReading.OfBudget(0, 0), LimitReading.OfRateLimit(9_000_000, packedState: 0));
        replay.IsReplay.Should().BeTrue();
        replay.Readings.ToArray().Should().Equal(LimitReading.OfBudget(0, 0), LimitReading.OfRateLimit(9_000_000, packedState: 0));
        spend.Status.Should().Be(DecisionStatus.Done);
        (await ReadAsync(rule)).Should().Be(LimitReading.OfBudget(1, 0));
    }

    [Fact]
    public async Task A_total_beyond_64_bits_is_refused_before_any_write()
    {
        var soft = Rule(1m, enforcement: Enforcement.Soft);
        _ = await Store.DecideAsync(Call(DecisionKind.Charge, [Demand(soft, long.MaxValue)]));
        var overflow = await Store.DecideAsync(Call(DecisionKind.Charge, [Demand(soft, 1)]));

        overflow.Status.Should().Be(DecisionStatus.Overflow);
        (await ReadAsync(soft)).Should().Be(LimitReading.OfBudget(long.MaxValue, 0));
    }

    [Fact]
    public async Task A_look_at_an_unknown_operation_says_so_and_at_a_known_one_gives_its_answer()
    {
        var rule = Rule(10m);
        DecisionCall Look(UInt128 fingerprint) => new() { Kind = DecisionKind.Spend, OperationId = "o1", Retention = TimeSpan.FromHours(1), Fingerprint = fingerprint, CatalogVersion = "", IsReplayOnly = true };

        (await Store.DecideAsync(Look(9))).Status.Should().Be(DecisionStatus.UnknownOperation);
        _ = await Store.DecideAsync(Call(DecisionKind.Spend, [Demand(rule, 5)], id: "o1", fingerprint: 9));
        var known = await Store.DecideAsync(Look(9));

        (known.Status, known.IsReplay, known.CostNanos).Should().Be((DecisionStatus.Done, true, 5L));
        (await Store.DecideAsync(Look(10))).Status.Should().Be(DecisionStatus.Conflict);
    }
}
