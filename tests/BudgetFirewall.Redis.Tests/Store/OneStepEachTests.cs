using BudgetFirewall.Storage;

namespace BudgetFirewall.Redis.Tests;

public sealed class OneStepEachTests(SharedServer server) : RedisStoreTests(server)
{
    [Fact]
    public async Task Every_process_knows_the_secret_of_reservation_ids_once_it_was_answered_and_a_new_one_after_a_loss_of_data()
    {
        var call = Call(DecisionKind.Reserve, [], id: "op", fingerprint: 1);
        Assert.True(Store.ReservationSecret(null).IsEmpty);
        _ = await Store.DecideAsync(call);
        var first = Store.ReservationSecret(null).ToArray();
        var other = MakeStore();
        Assert.Null(await other.FindReservationAsync(null, null, "unknown"));
        Assert.Equal(32, first.Length);
        Assert.Equal(first, other.ReservationSecret(null).ToArray());

        foreach (var key in Keys())
            await Database.KeyDeleteAsync(key);
        _ = await other.DecideAsync(call);
        Assert.NotEqual(first, other.ReservationSecret(null).ToArray());
        Assert.NotNull(await Store.FindReservationAsync(null, null, "op"));

        Assert.Equal(other.ReservationSecret(null).ToArray(), Store.ReservationSecret(null).ToArray());
    }

    [Fact]
    public async Task A_reservation_holds_and_its_commit_charges_what_was_used()
    {
        var (day, global) = (Rule(10m), Rule(100m, "global", BudgetPeriod.Month));
        var reserved = await Store.DecideAsync(Call(DecisionKind.Reserve, [Step(day, 7_000_000_000), Step(global, 7_000_000_000, "global")]));

        Assert.Equal(DecisionStatus.Done, reserved.Status);
        Assert.Equal([new(0, 7_000_000_000), new(0, 7_000_000_000)], reserved.Counters.ToArray());
        Assert.Equal(reserved.Now + TimeSpan.FromMinutes(5), reserved.Reservation!.ExpiresAt);

        var committed = await Store.SettleAsync(Commit(reserved.Reservation, 2_500_000_001, 2_500_000_001));

        Assert.Equal(SettleStatus.Done, committed.Status);
        Assert.False(committed.IsReplay || committed.IsLate);
        Assert.Equal([new(2_500_000_001, 0), new(2_500_000_001, 0)], committed.Counters.ToArray());
    }

    [Fact]
    public async Task What_does_not_fit_is_denied_and_leaves_no_key_behind()
    {
        var answer = await Store.DecideAsync(Call(DecisionKind.Reserve, [Step(Rule(10m), 10_000_000_001)]));

        Assert.Equal(DecisionStatus.Denied, answer.Status);
        Assert.Equal([$"{{{Prefix}:default}}:v1:meta", $"{{{Prefix}:default}}:v1:secret"], Keys().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Spending_reaches_the_limit_exactly_and_warns_once()
    {
        var rule = Rule(10m, warnAt: [0.5m, 0.8m]);
        var first = await Store.DecideAsync(Call(DecisionKind.Spend, [Step(rule, 4_999_999_999)]));
        var second = await Store.DecideAsync(Call(DecisionKind.Spend, [Step(rule, 5_000_000_001)]));
        var third = await Store.DecideAsync(Call(DecisionKind.Spend, [Step(rule, 1)]));

        Assert.Empty(first.Warnings);
        Assert.Equal([0.5m, 0.8m], second.Warnings.Select(warning => warning.Threshold));
        Assert.Equal([10m, 10m], second.Warnings.Select(warning => warning.Spent));
        Assert.Equal(DecisionStatus.Denied, third.Status);
    }

    [Fact]
    public async Task A_charge_beyond_the_limit_is_recorded_in_full_and_reports_the_overrun()
    {
        var rule = Rule(10m);
        var answer = await Store.DecideAsync(Call(DecisionKind.Charge, [Step(rule, 12_000_000_000)], id: "c1", fingerprint: 7));
        var replay = await Store.DecideAsync(Call(DecisionKind.Charge, [Step(rule, 12_000_000_000)], id: "c1", fingerprint: 7));
        var conflict = await Store.DecideAsync(Call(DecisionKind.Charge, [Step(rule, 12_000_000_000)], id: "c1", fingerprint: 8));

        Assert.Equal(2m, Assert.Single(answer.Overruns).Amount);
        Assert.True(replay.IsReplay);
        Assert.Equal(answer.Overruns.ToArray(), replay.Overruns.ToArray());
        Assert.Equal(answer.Counters.ToArray(), replay.Counters.ToArray());
        Assert.Equal(DecisionStatus.Conflict, conflict.Status);
    }

    [Fact]
    public async Task Every_property_of_a_usage_is_found_again()
    {
        var usage = new BudgetUsage { InputTokens = 1_000, OutputTokens = 1_000, ServiceTier = "batch", Units = new Dictionary<string, decimal> { ["image"] = 0.5m } };
        var count = 0;
        foreach (var property in typeof(BudgetUsage).GetProperties().Where(property => property.PropertyType == typeof(long) || property.GetValue(usage) is null))
            property.GetSetMethod()!.Invoke(usage, [(long)++count]);
        var call = Call(DecisionKind.Reserve, [Step(Rule(10m), 1)]);
        await Store.DecideAsync(new()
        {
            Kind = call.Kind, OperationId = call.OperationId, CatalogVersion = "", CostNanos = 1, Counters = call.Counters,
            Lease = call.Lease, RecordRetention = call.RecordRetention, Request = Request with { Usage = usage },
        });

        var found = await MakeStore().FindReservationAsync(null, null, call.OperationId);

        Assert.DoesNotContain(typeof(BudgetUsage).GetProperties(), property => property.GetValue(usage) is null);
        Assert.Equal(usage, found!.Request.Usage);
    }

    [Fact]
    public async Task A_reservation_is_found_by_its_id_and_settled_by_another_process()
    {
        var day = new CounterRule(new() { Scope = BudgetScope.User("alice"), Limit = 10m, Models = ["gpt:4"], WarnAt = [0.123456m], Id = "mine" });
        var rate = new BucketRule(new() { Scope = BudgetScope.Provider("openai"), Capacity = 100m, RefillPerSecond = 0.5m, Unit = "input_tokens", Id = "burst" });
        var request = Request with { Usage = new() { InputTokens = 5, Units = new Dictionary<string, decimal> { ["record"] = 0.1m } }, Cost = 1.000000001m, Lease = TimeSpan.FromSeconds(30) };
        var call = Call(DecisionKind.Reserve, [Step(day, 1_000_000_001)], [new(rate, "openai", 5_000_000, 5_000_000)], lease: TimeSpan.FromSeconds(30));
        var reserved = await Store.DecideAsync(new()
        {
            Kind = call.Kind, OperationId = call.OperationId, CatalogVersion = "", CostNanos = 1_000_000_001, Counters = call.Counters, Buckets = call.Buckets,
            Lease = call.Lease, RecordRetention = call.RecordRetention, Request = request,
        });

        var other = MakeStore();
        var found = await other.FindReservationAsync(null, null, call.OperationId);

        Assert.NotNull(found);
        Assert.Equal(request, found.Request);
        Assert.Equal(reserved.Reservation!.ExpiresAt, found.ExpiresAt);
        Assert.Equal(1_000_000_001, found.CostNanos);
        Assert.Equal(day.Budget, found.Counters[0].Rule.Budget);
        Assert.Equal(reserved.Reservation.Counters[0].PeriodStart, found.Counters[0].PeriodStart);
        Assert.Equal(1_000_000_001, found.Counters[0].Amount);
        Assert.Equal(rate.RateLimit, found.Buckets[0].Rule.RateLimit);
        Assert.Equal(5_000_000, found.Buckets[0].TakeMicros);

        var committed = await other.SettleAsync(Commit(found, 9_000_000_000));
        var replay = await Store.SettleAsync(Commit(reserved.Reservation, 9_000_000_000));
        var conflict = await Store.SettleAsync(Commit(reserved.Reservation, 9_000_000_001));
        var release = await Store.SettleAsync(Release(reserved.Reservation));

        Assert.Equal(SettleStatus.Done, committed.Status);
        Assert.Equal(0.123456m, Assert.Single(committed.Warnings).Threshold);
        Assert.True(replay.IsReplay);
        Assert.Equal(committed.Warnings.ToArray(), replay.Warnings.ToArray());
        Assert.Equal(SettleStatus.Conflict, conflict.Status);
        Assert.Equal(SettleStatus.Conflict, release.Status);
    }

    [Fact]
    public async Task A_release_gives_the_hold_back_and_a_commit_after_it_conflicts()
    {
        var rule = Rule(10m);
        var reserved = await Store.DecideAsync(Call(DecisionKind.Reserve, [Step(rule, 10_000_000_000)]));

        var released = await Store.SettleAsync(Release(reserved.Reservation!));
        var again = await Store.SettleAsync(Release(reserved.Reservation!));
        var commit = await Store.SettleAsync(Commit(reserved.Reservation!, 1));

        Assert.Equal([new(0, 0)], released.Counters.ToArray());
        Assert.True(again.IsReplay);
        Assert.Equal(SettleStatus.Conflict, commit.Status);
        Assert.Equal(new(0, 0), await ReadAsync(rule));
    }

    [Fact]
    public async Task Extending_moves_the_end_and_keeps_the_hold()
    {
        var rule = Rule(10m);
        var reserved = await Store.DecideAsync(Call(DecisionKind.Reserve, [Step(rule, 3_000_000_000)], lease: TimeSpan.FromSeconds(10)));

        var end = await Store.ExtendAsync(reserved.Reservation!, TimeSpan.FromMinutes(10));
        var shorter = await Store.ExtendAsync(reserved.Reservation!, TimeSpan.FromSeconds(1));
        var found = await Store.FindReservationAsync(null, null, reserved.Reservation!.OperationId);

        Assert.InRange(end!.Value, reserved.Now.AddMinutes(10), reserved.Now.AddMinutes(10).AddSeconds(5));
        Assert.Equal(end, shorter);
        Assert.Equal(reserved.Reservation.ExpiresAt, found!.ExpiresAt);
        Assert.Equal(new(0, 3_000_000_000), await ReadAsync(rule));
        Assert.Equal([new(1, 0)], (await Store.SettleAsync(Commit(reserved.Reservation, 1))).Counters.ToArray());
    }

    [Fact]
    public async Task A_bucket_denies_what_it_has_not_and_the_commit_settles_the_difference()
    {
        var rate = new BucketRule(new() { Scope = BudgetScope.Provider("openai"), Capacity = 100m, RefillPerSecond = 0m, Unit = "input_tokens" });
        var reserved = await Store.DecideAsync(Call(DecisionKind.Reserve, [], [new(rate, "openai", 60_000_000, 60_000_000)]));
        var denied = await Store.DecideAsync(Call(DecisionKind.Reserve, [], [new(rate, "openai", 60_000_000, 60_000_000)]));
        var committed = await Store.SettleAsync(new() { Reservation = reserved.Reservation!, IsCommit = true, Amounts = [], TakesMicros = [130_000_000] });
        var status = await Store.ReadStatusAsync(new() { CatalogVersion = "", Buckets = [new(rate, "openai", 0, 0)] });

        Assert.Equal([new(40_000_000, 0)], reserved.Buckets.ToArray());
        Assert.Equal(DecisionStatus.Denied, denied.Status);
        Assert.Equal([new(40_000_000, 0)], denied.Buckets.ToArray());
        Assert.Equal(SettleStatus.Done, committed.Status);
        Assert.Equal([new(-30_000_000, 0)], status.Buckets.ToArray());
    }

    [Fact]
    public async Task Runtime_budgets_are_versioned_and_decisions_with_an_old_version_are_stale()
    {
        var budget = new Budget { Scope = BudgetScope.User("alice"), Limit = 5m, IsActive = false, Id = "x" };
        var empty = await Store.ReadCatalogAsync(null);
        var isSet = await Store.SetBudgetAsync(null, empty.Version, budget);
        var isSetAgain = await Store.SetBudgetAsync(null, empty.Version, budget);
        var other = MakeStore();
        var catalog = await other.ReadCatalogAsync(null);
        var stale = await other.DecideAsync(Call(DecisionKind.Check, [Step(Rule(10m), 1)]));

        Assert.Equal("", empty.Version);
        Assert.True(isSet);
        Assert.False(isSetAgain);
        Assert.Equal([budget], catalog.Budgets.ToArray());
        Assert.Equal(DecisionStatus.StaleCatalog, stale.Status);
        Assert.True(await other.RemoveBudgetAsync(null, "x"));
        Assert.False(await other.RemoveBudgetAsync(null, "x"));
        var after = await Store.ReadCatalogAsync(null);
        Assert.Empty(after.Budgets);
        Assert.NotEqual(catalog.Version, after.Version);
    }

    [Fact]
    public async Task A_reset_sets_spent_to_zero_and_arms_the_warnings_while_holds_stay()
    {
        var rule = Rule(10m, warnAt: [0.5m]);
        _ = await Store.DecideAsync(Call(DecisionKind.Reserve, [Step(rule, 1_000_000_000)]));
        _ = await Store.DecideAsync(Call(DecisionKind.Spend, [Step(rule, 6_000_000_000)]));

        await Store.ResetAsync(null, rule.Family, "alice");

        Assert.Equal(new(0, 1_000_000_000), await ReadAsync(rule));
        Assert.Single((await Store.DecideAsync(Call(DecisionKind.Spend, [Step(rule, 6_000_000_000)]))).Warnings);
    }

    [Fact]
    public async Task A_reset_repeated_for_want_of_an_answer_leaves_what_was_spent_since()
    {
        var rule = Rule(10m);
        _ = await Store.DecideAsync(Call(DecisionKind.Charge, [Step(rule, 5)]));
        var (tag, counter) = ($"{{{Prefix}:default}}:v1:", Assert.Single(Keys(), key => key.Contains(":v1:c:", StringComparison.Ordinal)));
        byte[] always = [.. BitConverter.GetBytes(0L)[..6], .. BitConverter.GetBytes(99_999_999_999_999L)[..6]];
        Task ResetAsync() => Database.ScriptEvaluateAsync(ScriptText.Of("reset"), [tag + "meta", counter, tag + "o:reset"], [Database.StringGet(tag + "meta"), always]);

        await ResetAsync();
        _ = await Store.DecideAsync(Call(DecisionKind.Charge, [Step(rule, 3)]));
        await ResetAsync();

        Assert.Equal(new(3, 0), await ReadAsync(rule));
    }

    [Fact]
    public async Task A_check_takes_permits_once_and_counts_nothing()
    {
        var rule = Rule(10m);
        var rate = new BucketRule(new() { Scope = BudgetScope.Provider("openai"), Capacity = 10m, RefillPerSecond = 0m });
        var call = Call(DecisionKind.Check, [Step(rule, 10_000_000_000)], [new(rate, "openai", 1_000_000, 1_000_000)], id: "k", fingerprint: 3);
        var first = await Store.DecideAsync(call);
        var replay = await Store.DecideAsync(call);
        var spend = await Store.DecideAsync(Call(DecisionKind.Spend, [Step(rule, 1)], id: "k", fingerprint: 4));

        Assert.Equal([new(9_000_000, 0)], first.Buckets.ToArray());
        Assert.True(replay.IsReplay);
        Assert.Equal([new(9_000_000, 0)], replay.Buckets.ToArray());
        Assert.Equal(DecisionStatus.Done, spend.Status);
        Assert.Equal(new(1, 0), await ReadAsync(rule));
    }

    [Fact]
    public async Task A_total_beyond_64_bits_is_refused_before_any_write()
    {
        var soft = Rule(1m, enforcement: Enforcement.Soft);
        _ = await Store.DecideAsync(Call(DecisionKind.Charge, [Step(soft, long.MaxValue)]));
        var overflow = await Store.DecideAsync(Call(DecisionKind.Charge, [Step(soft, 1)]));

        Assert.Equal(DecisionStatus.Overflow, overflow.Status);
        Assert.Equal(new(long.MaxValue, 0), await ReadAsync(soft));
    }

    [Fact]
    public async Task A_look_at_an_unknown_operation_says_so_and_at_a_known_one_gives_its_answer()
    {
        var rule = Rule(10m);
        DecisionCall Look(UInt128 fingerprint) => new() { Kind = DecisionKind.Spend, OperationId = "o1", Retention = TimeSpan.FromHours(1), Fingerprint = fingerprint, CatalogVersion = "", IsReplayOnly = true };

        Assert.Equal(DecisionStatus.UnknownOperation, (await Store.DecideAsync(Look(9))).Status);
        _ = await Store.DecideAsync(Call(DecisionKind.Spend, [Step(rule, 5)], id: "o1", fingerprint: 9));
        var known = await Store.DecideAsync(Look(9));

        Assert.Equal((DecisionStatus.Done, true, 5L), (known.Status, known.IsReplay, known.CostNanos));
        Assert.Equal(DecisionStatus.Conflict, (await Store.DecideAsync(Look(10))).Status);
    }
}
