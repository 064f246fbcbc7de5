using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Redis.Tests;

/// <summary>The ids that a process makes up for its checks are noted in a set for each second, for its own repetitions.</summary>
public sealed class RecentCheckTests(SharedServer server) : RedisStoreTests(server)
{
    private static readonly RateLimitRule Rate = RateLimitRules.Of(new() { Scope = BudgetScope.Provider("openai"), Capacity = 3m, RefillPerSecond = 0m });

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(100);
    private static readonly RateLimitRule Queue = RateLimitRules.Of(new() { Scope = BudgetScope.Provider("openai"), Algorithm = RateLimitAlgorithm.LeakyBucket, RatePerSecond = 0.01m });

    private readonly ManualTimeProvider _clock = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task A_repetition_takes_nothing_and_is_admitted_as_before_also_when_there_is_no_room_any_more()
    {
        var store = MakeStore(_clock);
        var first = Check();
        (await store.DecideAsync(first)).IsReplay.Should().BeFalse();
        var repeated = await store.DecideAsync(first);
        (repeated.IsReplay, repeated.Readings.Should().ContainSingle().Which.Available).Should().Be((true, 2_000_000));
        _ = await store.DecideAsync(Check());
        _ = await store.DecideAsync(Check());
        (await store.DecideAsync(Check())).Status.Should().Be(DecisionStatus.Denied);

        var again = await store.DecideAsync(first);

        (again.Status, again.IsReplay, again.Readings.Should().ContainSingle().Which.Available).Should().Be((DecisionStatus.Done, true, 0));
    }

    [Fact]
    public async Task A_denied_check_is_not_noted()
    {
        var store = MakeStore(_clock);
        for (var i = 0; i < 3; i++)
            _ = await store.DecideAsync(Check());
        var denied = Check();
        for (var i = 0; i < 3; i++)
            (await store.DecideAsync(denied)).Status.Should().Be(DecisionStatus.Denied);

        (await IdsAsync(Sets().Should().ContainSingle().Which)).Should().Be(3);
    }

    [Fact]
    public async Task The_checks_of_a_second_share_one_key_which_expires_after_a_minute()
    {
        var store = MakeStore(_clock);
        var many = RateLimitRules.Of(new() { Scope = BudgetScope.Provider("openai"), Capacity = 1_000m, RefillPerSecond = 1m });
        for (var second = 0; second < 3; second++)
        {
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => store.DecideAsync(Check(many)).AsTask()));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Sets().Should().HaveCount(3);
        foreach (var key in Sets())
        {
            (await IdsAsync(key)).Should().Be(20);
            (await Database.KeyTimeToLiveAsync(key)).Should().BeGreaterThan(TimeSpan.FromSeconds(50)).And.BeLessThan(TimeSpan.FromSeconds(61));
        }
    }

    [Fact]
    public async Task The_key_expires_also_after_the_server_has_lost_its_data()
    {
        var store = MakeStore(_clock);
        _ = await store.DecideAsync(Check());
        foreach (var key in Keys())
            _ = await Database.KeyDeleteAsync(key);

        _ = await store.DecideAsync(Check());

        (await Database.KeyTimeToLiveAsync(Sets().Should().ContainSingle().Which)).Should().NotBeNull();
    }

    [Fact]
    public async Task A_key_that_the_server_has_lost_within_its_second_expires_when_it_is_made_anew()
    {
        var store = MakeStore(_clock);
        _ = await store.DecideAsync(Check());
        _ = await Database.KeyDeleteAsync(Sets().Should().ContainSingle().Which);

        _ = await store.DecideAsync(Check());

        (await Database.KeyTimeToLiveAsync(Sets().Should().ContainSingle().Which)).Should().NotBeNull();
    }

    [Fact]
    public async Task A_repetition_takes_nothing_also_when_the_limits_have_changed_meanwhile()
    {
        var store = MakeStore(_clock);
        var first = Check();
        _ = await store.DecideAsync(first);
        _ = await store.SetLimitsAsync(null, "", [LimitDefinition.Of(new Budget { Scope = BudgetScope.Global, Limit = 1m })]);

        var repeated = await store.DecideAsync(first);

        (repeated.Status, repeated.IsReplay, repeated.Readings.Should().ContainSingle().Which.Available).Should().Be((DecisionStatus.Done, true, 2_000_000));
        (await store.DecideAsync(Check())).Status.Should().Be(DecisionStatus.StaleCatalog);
    }

    [Fact]
    public async Task A_repetition_takes_nothing_also_when_the_time_of_its_limits_is_over()
    {
        var store = MakeStore(_clock);
        var first = Check();
        var now = (await store.DecideAsync(first)).Now.UtcDateTime;
        var over = new PeriodWindow(now.AddDays(-1), now.AddMinutes(-1));

        var repeated = await store.DecideAsync(Check(id: first.OperationId, validity: over));

        (repeated.Status, repeated.IsReplay, repeated.Readings.Should().ContainSingle().Which.Available).Should().Be((DecisionStatus.Done, true, 2_000_000));
        (await store.DecideAsync(Check(validity: over))).Status.Should().Be(DecisionStatus.OtherTime);
    }

    [Fact]
    public async Task Ids_that_were_given_and_other_ids_have_records()
    {
        var store = MakeStore(_clock);
        _ = await store.DecideAsync(Call(DecisionKind.Check, [], [Permit(Rate)], id: "given"));
        _ = await store.DecideAsync(new() { Kind = DecisionKind.Check, OperationId = "short", CatalogVersion = "", Limits = [Permit(Rate)] });

        Sets().Should().BeEmpty();
        Records().Should().HaveCount(2);
    }

    [Fact]
    public async Task A_check_of_a_queue_that_begins_at_once_is_noted_and_one_that_waits_has_a_record()
    {
        var store = MakeStore(_clock);
        _ = await store.DecideAsync(Check(Queue));
        Records().Should().BeEmpty();

        var waits = await store.DecideAsync(Check(Queue));

        waits.Wait.Should().BePositive();
        Records().Should().ContainSingle();
        (await IdsAsync(Sets().Should().ContainSingle().Which)).Should().Be(1);
    }

    [Fact]
    public async Task A_repetition_of_a_check_that_began_at_once_waits_for_nothing_though_others_have_queued_since()
    {
        var store = MakeStore(_clock);
        var first = Check(Queue);
        var begun = await store.DecideAsync(first);
        _ = await store.DecideAsync(Check(Queue));

        var repeated = await store.DecideAsync(first);

        (repeated.Status, repeated.IsReplay, repeated.Wait).Should().Be((DecisionStatus.Done, true, TimeSpan.Zero));
        Records().Should().ContainSingle("a repetition gets no turn");
        var third = await store.DecideAsync(Check(Queue));
        (third.Now + third.Wait).Should().Be(begun.Now + (2 * Interval));
    }

    [Fact]
    public async Task A_repetition_of_a_check_that_began_at_once_is_admitted_also_when_the_queue_is_full()
    {
        var store = MakeStore(_clock);
        var first = Check(Queue);
        _ = await store.DecideAsync(first);
        _ = await store.DecideAsync(Check(Queue));
        (await store.DecideAsync(Check(Queue, maxWait: TimeSpan.Zero))).Status.Should().Be(DecisionStatus.Denied);

        var repeated = await store.DecideAsync(Check(Queue, first.OperationId, maxWait: TimeSpan.Zero));

        (repeated.Status, repeated.IsReplay).Should().Be((DecisionStatus.Done, true));
    }

    [Fact]
    public async Task A_repetition_of_a_check_that_waits_waits_for_the_same_turn()
    {
        var store = MakeStore(_clock);
        _ = await store.DecideAsync(Check(Queue));
        var call = Check(Queue);
        var first = await store.DecideAsync(call);

        var repeated = await store.DecideAsync(call);

        (repeated.IsReplay, repeated.Now + repeated.Wait).Should().Be((true, first.Now + first.Wait));
        Records().Should().ContainSingle();
    }

    [Fact]
    public async Task A_repetition_finds_its_turn_also_when_the_time_of_its_limits_is_over()
    {
        var store = MakeStore(_clock);
        _ = await store.DecideAsync(Check(Queue));
        var call = Check(Queue);
        var first = await store.DecideAsync(call);
        var over = new PeriodWindow(first.Now.UtcDateTime.AddDays(-1), first.Now.UtcDateTime.AddMinutes(-1));

        var repeated = await store.DecideAsync(Check(Queue, call.OperationId, over));

        (repeated.IsReplay, repeated.Now + repeated.Wait).Should().Be((true, first.Now + first.Wait));
        (await store.DecideAsync(Check(Queue, validity: over))).Status.Should().Be(DecisionStatus.OtherTime);
    }

    [Fact]
    public async Task A_turn_that_is_given_back_is_forgotten_and_a_check_that_began_at_once_has_none()
    {
        var store = MakeStore(_clock);
        var atOnce = Check(Queue);
        var begun = await store.DecideAsync(atOnce);
        var call = Check(Queue);
        var first = await store.DecideAsync(call);

        (await store.UndoAsync(call, first)).Should().BeTrue();
        (await store.UndoAsync(atOnce, begun)).Should().BeFalse();

        Records().Should().BeEmpty();
        var anew = await store.DecideAsync(call);
        (anew.IsReplay, anew.Wait).Should().Be((false, begun.Now + Interval - anew.Now));
    }

    [Fact]
    public async Task What_a_check_of_a_queue_leaves_expires_also_when_the_server_has_lost_the_rest()
    {
        var store = MakeStore(_clock);
        _ = await store.DecideAsync(Check(Queue));
        _ = await Database.KeyDeleteAsync(Sets().Should().ContainSingle().Which);
        _ = await store.DecideAsync(Check(Queue, scopeId: "mistral"));
        _ = await store.DecideAsync(Check(Queue));

        foreach (var key in Sets().Concat(Records()))
            (await Database.KeyTimeToLiveAsync(key)).Should().BeGreaterThan(TimeSpan.FromSeconds(50)).And.BeLessThan(TimeSpan.FromSeconds(162), "{0} is kept for a minute, and for as long as its turn is away", key);
        (Sets().Length, Records().Length).Should().Be((1, 1));
    }

    private static DecisionCall Check(RateLimitRule? rule = null, string? id = null, PeriodWindow? validity = null, TimeSpan? maxWait = null, string scopeId = "openai") => new()
    {
        Kind = DecisionKind.Check,
        OperationId = id ?? Guid.NewGuid().ToString("N"),
        CatalogVersion = "",
        Limits = [new(rule ?? Rate, scopeId, 1_000_000, 1_000_000)],
        Validity = validity,
        MaxWait = maxWait ?? TimeSpan.FromHours(1),
    };

    private static LimitDemand Permit(RateLimitRule rule) => new(rule, "openai", 1_000_000, 1_000_000);

    private string[] Sets() => Keys("i:");

    private string[] Records() => Keys("k:");

    private string[] Keys(string space) => [.. Keys().Where(key => key.Contains("}:v1:" + space, StringComparison.Ordinal))];

    // A set has one member beside the ids.
    private async Task<long> IdsAsync(string set) => await Database.SetLengthAsync(set) - 1;
}
