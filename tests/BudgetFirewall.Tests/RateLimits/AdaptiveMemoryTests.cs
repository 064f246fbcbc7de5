using BudgetFirewall.Conformance;

namespace BudgetFirewall.Tests;

/// <summary>Adaptive limits in memory, to the microsecond: pauses, cooldowns, growth, and when nothing of them need be kept any more.</summary>
public sealed class AdaptiveMemoryTests : StoreTests<MemoryHarness>
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly ProviderFeedback Overload = new() { IsOverloaded = true };

    [Fact]
    public async Task A_limit_that_has_grown_to_its_ceiling_again_is_given_back_like_any_other()
    {
        var firewall = Limited(growth: 100);
        await firewall.RateLimits.ReportAsync(Call(0m), Overload);
        await Harness.AdvanceAsync(2 * Second);
        await firewall.CheckAsync(Call(0m));
        (await StateAsync(firewall)).RefillPerSecond.Should().Be(100m);
        await firewall.CheckAsync(Call(0m));

        await Harness.AdvanceAsync(TimeSpan.FromMinutes(2));
        await TouchAsync(firewall);

        Harness.Store.CountEntries().RateLimiters.Should().Be(0);
    }

    [Fact]
    public async Task A_limit_that_is_lowered_is_kept_for_a_day_after_its_last_use_and_no_longer()
    {
        var firewall = Limited(growth: 0);
        await firewall.RateLimits.ReportAsync(Call(0m), Overload);
        await Harness.AdvanceAsync(TimeSpan.FromHours(1));
        await firewall.CheckAsync(Call(0m));

        await Harness.AdvanceAsync(TimeSpan.FromDays(1) - TimeSpan.FromMinutes(1));
        await TouchAsync(firewall);
        Harness.Store.CountEntries().RateLimiters.Should().Be(1);
        await Harness.AdvanceAsync(TimeSpan.FromMinutes(1));
        await TouchAsync(firewall);
        Harness.Store.CountEntries().RateLimiters.Should().Be(0);
    }

    [Fact]
    public async Task A_pause_at_the_ceiling_is_shown_and_no_charge_ends_it()
    {
        var firewall = Limited(growth: 100, unit: Record);
        await firewall.RateLimits.ReportAsync(Counted(1), new() { RetryAfter = 10 * Second });
        (await StateAsync(firewall)).PausedFor.Should().Be(10 * Second);

        await Harness.AdvanceAsync(3 * Second);
        await firewall.ChargeAsync(Counted(5));

        (await firewall.TryCheckAsync(Counted(1))).RetryAfter.Should().Be(7 * Second);
        await Harness.AdvanceAsync(7 * Second);
        (await firewall.TryCheckAsync(Counted(1))).IsAllowed.Should().BeTrue();
    }

    [Fact]
    public async Task A_refusal_in_a_pause_lasts_as_long_as_the_longer_of_both_and_what_never_fits_never_does()
    {
        var firewall = Limited(growth: 0);
        await firewall.CheckAsync(Call(0m) with { Permits = 100 });
        await firewall.RateLimits.ReportAsync(Call(0m), new() { RetryAfter = 2 * Second });

        (await firewall.TryCheckAsync(Call(0m) with { Permits = 50 })).RetryAfter.Should().Be(2 * Second);
        (await firewall.TryCheckAsync(Call(0m) with { Permits = 101 })).RetryAfter.Should().BeNull();
        await firewall.RateLimits.ReportAsync(Call(0m), new() { RetryAfter = 2 * Second });
        await Harness.AdvanceAsync(1.9 * Second);
        await Harness.AdvanceAsync(-1.5 * Second);
        (await firewall.TryCheckAsync(Call(0m) with { Permits = 100 })).IsAllowed.Should().BeFalse();
    }

    [Fact]
    public async Task Charges_in_a_pause_do_not_grow_a_limit()
    {
        var firewall = Limited(growth: 10, unit: Record);
        await firewall.RateLimits.ReportAsync(Counted(1), Overload with { RetryAfter = 10 * Second });

        for (var i = 0; i < 9; i++)
        {
            await Harness.AdvanceAsync(Second);
            await firewall.ChargeAsync(Counted(1));
        }

        (await StateAsync(firewall)).RefillPerSecond.Should().Be(70m);
    }

    [Fact]
    public async Task Calls_that_take_nothing_do_not_grow_a_limit()
    {
        var firewall = Limited(growth: 10, unit: Record);
        await firewall.RateLimits.ReportAsync(Counted(1), Overload);

        for (var i = 0; i < 9; i++)
        {
            await Harness.AdvanceAsync(Second);
            (await firewall.TryCheckAsync(Counted(1))).IsAllowed.Should().BeTrue();
        }

        (await StateAsync(firewall)).RefillPerSecond.Should().Be(70m);
    }

    [Fact]
    public async Task A_call_at_the_moment_of_an_overload_does_not_let_the_limit_grow_within_its_cooldown()
    {
        var firewall = Limited(growth: 10);
        await firewall.RateLimits.ReportAsync(Call(0m), Overload);
        await firewall.CheckAsync(Call(0m));

        await Harness.AdvanceAsync(Second / 2);
        await firewall.CheckAsync(Call(0m));

        (await StateAsync(firewall)).RefillPerSecond.Should().Be(70m);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_puts_neither_the_next_decrease_nor_growth_off()
    {
        var firewall = Limited(growth: 10);
        await firewall.RateLimits.ReportAsync(Call(0m), Overload);
        await Harness.AdvanceAsync(-TimeSpan.FromHours(1));

        await firewall.RateLimits.ReportAsync(Call(0m), Overload);
        (await StateAsync(firewall)).RefillPerSecond.Should().Be(49m);
        await Harness.AdvanceAsync(-TimeSpan.FromHours(1));
        await firewall.CheckAsync(Call(0m));
        await Harness.AdvanceAsync(Second);
        await firewall.CheckAsync(Call(0m));
        (await StateAsync(firewall)).RefillPerSecond.Should().Be(59m);
    }

    [Fact]
    public async Task Growth_of_less_than_is_counted_adds_up()
    {
        var firewall = Firewall(options => options.RateLimits.Add(Bucket(growth: 0.000009m, unit: null) with { Capacity = 1_000, RefillPerSecond = 1_000 }));
        await firewall.RateLimits.ReportAsync(Call(0m), Overload);
        await Harness.AdvanceAsync(Second);

        for (var i = 0; i < 2_500; i++)
        {
            await Harness.AdvanceAsync(Second / 10);
            await firewall.CheckAsync(Call(0m));
        }

        (await StateAsync(firewall)).RefillPerSecond.Should().Be(700.001m);
    }

    [Fact]
    public async Task More_than_was_reserved_is_taken_from_a_queue_whose_rate_has_changed_since()
    {
        var limit = RateLimit.LeakyBucket(AliceScope, 10, maxWait: 20 * Second) with { Unit = Record, Adaptive = new() { Floor = 1, GrowthPerSecond = 0, DecreaseFactor = 0.5m } };
        var firewall = Firewall(options => options.RateLimits.Add(limit));
        var reservation = await firewall.ReserveAsync(Counted(5));
        await firewall.RateLimits.ReportAsync(Counted(1), Overload);
        var before = (await StateAsync(firewall)).QueueLength;

        await reservation.CommitAsync(Records(8));

        (await StateAsync(firewall)).QueueLength.Should().Be(before + 3m);
    }

    [Fact]
    public async Task A_turn_is_given_back_by_a_commit_of_less_though_others_have_looked_at_the_queue_meanwhile()
    {
        var firewall = Firewall(options => options.RateLimits.Add(RateLimit.LeakyBucket(AliceScope, 1, maxWait: 20 * Second) with { Unit = Record }));
        var reservation = await firewall.ReserveAsync(Counted(5));
        await Harness.AdvanceAsync(2 * Second);
        (await StateAsync(firewall)).QueueLength.Should().Be(3m);

        await reservation.CommitAsync(Records(1));

        (await StateAsync(firewall)).QueueLength.Should().Be(0m);
    }

    [Fact]
    public async Task As_many_limits_as_a_request_may_meet_follow_one_report()
    {
        var firewall = Firewall(options => options.RateLimits.AddRange(Enumerable.Range(0, 32).Select(i => Bucket(growth: 0, unit: null) with { Id = $"{i}" })));

        (await firewall.RateLimits.ReportAsync(Call(0m), Overload)).Should().HaveCount(32);
    }

    [Fact]
    public async Task A_report_concerns_the_limits_that_others_have_set_meanwhile()
    {
        var firewall = Limited(growth: 0);
        await Firewall().RateLimits.SetAsync(Bucket(growth: 0, unit: null) with { Scope = ProviderScope });

        (await firewall.RateLimits.ReportAsync(Call(0m), Overload)).Select(change => change.Scope).Should().BeEquivalentTo([AliceScope, ProviderScope]);
    }

    [Fact]
    public async Task A_report_concerns_the_row_of_a_schedule_that_is_in_force_by_the_stores_clock()
    {
        var limit = Bucket(growth: 0, unit: null) with { Schedule = [new() { From = new(9, 0), Until = new(10, 0), RefillPerSecond = 50 }] };
        var firewall = Harness.CreateFirewallWithClockOffBy(-TimeSpan.FromHours(2), options => options.RateLimits.Add(limit));

        (await firewall.RateLimits.ReportAsync(Call(0m), Overload)).Should().ContainSingle().Which.Ceiling.Should().Be(50m);
    }

    [Fact]
    public async Task A_queue_goes_at_the_rate_of_the_row_of_its_schedule()
    {
        var firewall = Firewall(options => options.RateLimits.Add(RateLimit.LeakyBucket(AliceScope, 1) with { Schedule = [new() { From = new(20, 0), RatePerSecond = 10 }] }));
        (await firewall.CheckAsync(Call(0m))).RateLimits.Should().ContainSingle().Which.RatePerSecond.Should().Be(1m);

        await Harness.MoveToAsync(new(2026, 3, 4, 20, 0, 0, TimeSpan.Zero));

        (await firewall.CheckAsync(Call(0m))).RateLimits.Should().ContainSingle().Which.RatePerSecond.Should().Be(10m);
    }

    private IBudgetFirewall Limited(decimal growth, string? unit = null) => Firewall(options => options.RateLimits.Add(Bucket(growth, unit)));

    private static RateLimit Bucket(decimal growth, string? unit) => new()
    {
        Scope = AliceScope,
        Capacity = 100,
        RefillPerSecond = 100,
        Unit = unit,
        Adaptive = new() { Floor = 5, GrowthPerSecond = growth, DecreaseFactor = 0.7m, Cooldown = Second },
    };

    private static BudgetRequest Counted(decimal records) => Call(0m) with { Usage = Records(records) };

    private static async Task<RateLimitState> StateAsync(IBudgetFirewall firewall) => (await firewall.GetStatusAsync(AliceScope)).RateLimits.Should().ContainSingle().Which;

    private static async Task TouchAsync(IBudgetFirewall firewall)
    {
        for (var i = 0; i < 3; i++)
            await firewall.GetStatusAsync(BudgetScope.Of("nothing", "at all"));
    }
}
