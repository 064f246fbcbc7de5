using BudgetFirewall.Conformance;

namespace BudgetFirewall.Tests;

/// <summary>Windows in memory, take by take: what each leaves, when it is free again, and what is given back of it.</summary>
public sealed class WindowMemoryTests : StoreTests<MemoryHarness>
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(2, 0)]
    public async Task What_a_commit_gives_back_to_a_sliding_window_is_given_back_of_its_own_take(int index, int actual)
    {
        var firewall = Unit(RateLimit.SlidingWindow(AliceScope, 20, Minute));
        var (start, takes, open) = (Harness.Now, new[] { 5, 6, 7 }, new List<BudgetReservation>());
        foreach (var take in takes)
        {
            open.Add(await firewall.ReserveAsync(Counted(take)));
            await Harness.AdvanceAsync(10 * Second);
        }

        await open[index].CommitAsync(Records(actual));

        takes[index] = actual;
        foreach (var time in new[] { 30, 59, 60, 70, 79, 80 })
        {
            await Harness.MoveToAsync(start + (time * Second));
            (await firewall.LevelAsync(AliceScope)).Should().Be(20m - takes.Where((_, i) => time < 60 + (10 * i)).Sum(), "after {0} seconds", time);
        }
    }

    [Fact]
    public async Task A_sliding_window_is_full_again_when_the_last_take_that_counts_leaves_it()
    {
        var firewall = Unit(RateLimit.SlidingWindow(AliceScope, 20, Minute));
        var open = new List<BudgetReservation>();
        for (var i = 0; i < 4; i++)
        {
            await Harness.AdvanceAsync(i == 0 ? TimeSpan.Zero : 10 * Second);
            open.Add(await firewall.ReserveAsync(Counted(5)));
        }

        (await FullInAsync(firewall)).Should().Be(Minute);
        await open[3].CommitAsync(Records(0));
        (await FullInAsync(firewall)).Should().Be(50 * Second);
        await open[2].CommitAsync(Records(0));
        (await FullInAsync(firewall)).Should().Be(40 * Second);
        await open[0].CommitAsync(Records(0));
        await open[1].CommitAsync(Records(0));
        (await FullInAsync(firewall)).Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public async Task Many_takes_are_each_free_when_they_have_left_the_window()
    {
        var firewall = Permits(RateLimit.SlidingWindow(AliceScope, 40, Minute));
        var start = Harness.Now;
        for (var i = 0; i < 40; i++)
        {
            (await firewall.TryCheckAsync(Call(0m))).IsAllowed.Should().BeTrue();
            await Harness.AdvanceAsync(Second);
        }

        (await firewall.TryCheckAsync(Call(0m))).RetryAfter.Should().Be(20 * Second);
        for (var i = 0; i < 40; i++)
        {
            await Harness.MoveToAsync(start + Minute + (i * Second) - TimeSpan.FromMicroseconds(1));
            (await firewall.LevelAsync(AliceScope)).Should().Be(i);
        }
        await Harness.AdvanceAsync(Minute);
        (await firewall.LevelAsync(AliceScope)).Should().Be(40m);
    }

    [Fact]
    public async Task Takes_of_one_moment_leave_a_sliding_window_together_and_are_given_back_once()
    {
        var firewall = Permits(RateLimit.SlidingWindow(AliceScope, 10, Minute));
        await firewall.CheckAsync(Call(0m) with { Permits = 3 });
        await firewall.CheckAsync(Call(0m) with { Permits = 4 });

        (await firewall.LevelAsync(AliceScope)).Should().Be(3m);
        await Harness.AdvanceAsync(Minute);
        (await firewall.LevelAsync(AliceScope)).Should().Be(10m);
    }

    [Theory]
    [InlineData(998, false)]
    [InlineData(999, true)]
    [InlineData(1_000, true)]
    [InlineData(1_001, true)]
    public async Task From_a_thousand_takes_on_those_of_one_thousandth_of_a_sliding_window_leave_it_together(int before, bool areTogether)
    {
        var firewall = Permits(RateLimit.SlidingWindow(AliceScope, 2_000, 1_000 * Second));
        var start = new DateTimeOffset(Harness.Now.UtcTicks / Second.Ticks * Second.Ticks, TimeSpan.Zero) + Second;
        for (var i = 0; i < before; i++)
        {
            await Harness.MoveToAsync(start + (i * TimeSpan.FromMilliseconds(0.5)));
            await firewall.CheckAsync(Call(0m));
        }
        await Harness.MoveToAsync(start + (100.2 * Second));
        await firewall.CheckAsync(Call(0m));
        await Harness.MoveToAsync(start + (100.8 * Second));
        await firewall.CheckAsync(Call(0m));

        await Harness.MoveToAsync(start + (1_000 * Second) + TimeSpan.FromMicroseconds(1));
        (await firewall.LevelAsync(AliceScope)).Should().Be(2_000m - before - 2 + 1);
        await Harness.MoveToAsync(start + (1_100.5 * Second));
        (await firewall.LevelAsync(AliceScope)).Should().Be(areTogether ? 1_998m : 1_999m);
        await Harness.MoveToAsync(start + (1_100.8 * Second));
        (await firewall.LevelAsync(AliceScope)).Should().Be(2_000m);
    }

    [Fact]
    public async Task What_has_become_free_is_not_given_back_though_the_clock_is_set_back()
    {
        var firewall = Unit(RateLimit.SlidingWindow(AliceScope, 20, Minute));
        var reservation = await firewall.ReserveAsync(Counted(5) with { Lease = TimeSpan.FromHours(1) });
        await Harness.AdvanceAsync(Minute + Second);
        await firewall.CheckAsync(Counted(1));
        await Harness.AdvanceAsync(-30 * Second);

        await reservation.CommitAsync(Records(1));

        (await firewall.LevelAsync(AliceScope)).Should().Be(20m);
    }

    [Theory]
    [InlineData("fixed")]
    [InlineData("first")]
    [InlineData("sliding")]
    public async Task A_call_that_needs_nothing_is_admitted_though_more_was_taken_than_there_is(string kind)
    {
        var firewall = Unit(Window(kind, 20));

        await firewall.ChargeAsync(Counted(30));

        (await firewall.TryCheckAsync(Counted(1))).IsAllowed.Should().BeFalse();
        (await firewall.TryCheckAsync(Counted(0))).IsAllowed.Should().BeTrue();
        (await firewall.LevelAsync(AliceScope)).Should().Be(-10m);
    }

    [Theory]
    [InlineData("fixed")]
    [InlineData("first")]
    [InlineData("sliding")]
    public async Task Nothing_lets_more_through_than_is_counted(string kind)
    {
        var firewall = Unit(Window(kind, 20));

        await firewall.ChargeAsync(Counted(9_000_000_000_000m));
        await firewall.ChargeAsync(Counted(9_000_000_000_000m));

        (await firewall.LevelAsync(AliceScope)).Should().Be(20m - 9_000_000_000m);
    }

    [Theory]
    [InlineData("fixed")]
    [InlineData("first")]
    [InlineData("sliding")]
    public async Task A_window_that_nothing_counts_in_is_whole_now(string kind)
    {
        var firewall = Unit(Window(kind, 20));
        await firewall.ChargeAsync(Counted(5));
        (await FullInAsync(firewall)).Should().BeGreaterThan(TimeSpan.Zero);

        await Harness.AdvanceAsync(2 * Minute);

        (await FullInAsync(firewall)).Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public async Task What_was_taken_before_a_window_has_become_shorter_is_no_part_of_those_that_follow()
    {
        await Harness.MoveToAsync(new(2026, 3, 4, 9, 0, 10, TimeSpan.Zero));
        var limit = Window("fixed", 20) with { Unit = Record, Id = "own" };
        var firewall = Firewall();
        await firewall.RateLimits.SetAsync(limit with { Window = TimeSpan.FromHours(1) });
        var first = await firewall.ReserveAsync(Counted(5));
        await firewall.RateLimits.SetAsync(limit);
        await Harness.AdvanceAsync(Minute);
        await firewall.ReserveAsync(Counted(3));

        await first.CommitAsync(Records(1));

        (await firewall.LevelAsync(AliceScope)).Should().Be(17m);
    }

    [Theory]
    [InlineData("fixed")]
    [InlineData("first")]
    [InlineData("sliding")]
    public async Task A_window_that_all_was_given_back_to_is_whole_now(string kind)
    {
        var firewall = Unit(Window(kind, 20));
        var reservation = await firewall.ReserveAsync(Counted(5));

        await reservation.CommitAsync(Records(0));

        (await FullInAsync(firewall)).Should().Be(TimeSpan.Zero);
    }

    [Theory]
    [InlineData("fixed")]
    [InlineData("first")]
    [InlineData("sliding")]
    public async Task The_memory_of_a_window_is_given_back_at_its_end_and_not_before(string kind)
    {
        await Harness.MoveToAsync(new(2026, 3, 4, 9, 0, 0, TimeSpan.Zero));
        var firewall = Permits(Window(kind, 20) with { Window = 10 * Minute });
        await firewall.CheckAsync(Call(0m));

        await Harness.AdvanceAsync((10 * Minute) - TimeSpan.FromMicroseconds(1));
        await TouchAsync(firewall);
        Harness.Store.CountEntries().RateLimiters.Should().Be(1);
        await Harness.AdvanceAsync(Minute);
        await firewall.CheckAsync(Call(0m));
        await Harness.MoveToAsync(new DateTimeOffset(2026, 3, 4, 9, 20, 0, TimeSpan.Zero) + (kind == "fixed" ? TimeSpan.Zero : Minute - TimeSpan.FromMicroseconds(1)));
        await TouchAsync(firewall);
        Harness.Store.CountEntries().RateLimiters.Should().Be(0);
    }

    private IBudgetFirewall Unit(RateLimit limit) => Permits(limit with { Unit = Record });

    private IBudgetFirewall Permits(RateLimit limit) => Firewall(options => options.RateLimits.Add(limit));

    private static RateLimit Window(string kind, decimal limit) => kind switch
    {
        "fixed" => RateLimit.FixedWindow(AliceScope, limit, Minute),
        "first" => RateLimit.FixedWindow(AliceScope, limit, Minute, WindowAlignment.FirstRequest),
        _ => RateLimit.SlidingWindow(AliceScope, limit, Minute),
    };

    private static BudgetRequest Counted(decimal records) => Call(0m) with { Usage = Records(records) };

    private static async Task<TimeSpan?> FullInAsync(IBudgetFirewall firewall) => (await firewall.GetStatusAsync(AliceScope)).RateLimits.Should().ContainSingle().Which.FullIn;

    private static async Task TouchAsync(IBudgetFirewall firewall)
    {
        for (var i = 0; i < 3; i++)
            await firewall.GetStatusAsync(BudgetScope.Of("nothing", "at all"));
    }
}
