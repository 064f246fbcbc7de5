namespace BudgetFirewall.Ledger.Tests.Anomalies;

public sealed class AnomalyRuleTests
{
    private static readonly AnomalyRule Usual = new();

    /// <summary>A floor that is low enough to see the deviation itself.</summary>
    private static readonly AnomalyRule Low = new(new() { Floor = 0.01m, MinimumAmount = 0.01m });

    [Fact]
    public void The_expectation_is_the_median_of_the_weeks_and_distances_are_counted_in_their_scaled_deviation()
    {
        var judgement = Low.Judge(20m, [10m, 12m, 9m, 11m, 10m, 13m, 8m, 10m]);

        // The deviations are 0, 0, 0, 1, 1, 2, 2, 3: their median is 1, and a unit of distance 1.4826 × 1.129.
        judgement.Should().Be(new AnomalyJudgement { Basis = AnomalyBasis.Weeks, Samples = 8, Seen = 20m, Expected = 10m, Threshold = 20.0431324m, Distance = 5.974m });
        Low.Judge(20.0431324m, [10m, 12m, 9m, 11m, 10m, 13m, 8m, 10m]).IsAnomaly.Should().BeFalse();
        Low.Judge(20.0431325m, [10m, 12m, 9m, 11m, 10m, 13m, 8m, 10m]).Should().BeEquivalentTo(new { IsAnomaly = true, Distance = 6.000m });
    }

    [Theory]
    [InlineData(4, 1.363)]
    [InlineData(5, 1.206)]
    [InlineData(6, 1.2)]
    [InlineData(7, 1.14)]
    [InlineData(8, 1.129)]
    [InlineData(9, 1.107)]
    [InlineData(10, 1.086)]
    [InlineData(24, 1.034)]
    public void A_deviation_of_few_weeks_is_scaled_for_their_number(int weeks, decimal factor)
    {
        // Half of them one below, half of them one above: the deviation is 1 around 10, or around the one in the middle.
        decimal[] amounts = [.. Enumerable.Range(0, weeks).Select(i => i % 2 == 0 ? 11m : 9m)];
        if (weeks % 2 == 1)
            amounts = [.. amounts.Select((amount, i) => i == 0 ? 10m : amount)];

        Low.Judge(0m, amounts).Threshold.Should().Be(10m + (6m * 1.4826m * factor));
    }

    [Fact]
    public void An_even_number_of_weeks_has_its_median_half_way_and_to_the_nano_below() =>
        Low.Judge(0m, [0.000000001m, 0.000000004m, 0.000000002m, 0.000000009m]).Expected.Should().Be(0.000000003m);

    [Fact]
    public void Hours_that_were_always_alike_leave_room_for_noise()
    {
        decimal[] weeks = [.. Enumerable.Repeat(10m, 8)];

        Usual.Judge(46m, weeks).Should().BeEquivalentTo(new { IsAnomaly = false, Threshold = 46m, Distance = 6m });
        Usual.Judge(46.000000001m, weeks).IsAnomaly.Should().BeTrue();
    }

    [Fact]
    public void An_hour_is_an_anomaly_only_if_it_is_above_by_the_least_amount_too()
    {
        decimal[] weeks = [.. Enumerable.Repeat(0.1m, 8)];

        Usual.Judge(1.099999999m, weeks).IsAnomaly.Should().BeFalse();
        Usual.Judge(1.1m, weeks).IsAnomaly.Should().BeTrue();
        new AnomalyRule(new() { MinimumAmount = 20m }).Judge(20.099999999m, weeks).IsAnomaly.Should().BeFalse();
    }

    [Fact]
    public void Fewer_than_four_weeks_in_which_something_was_spent_are_no_baseline()
    {
        Usual.Judge(1_000m, [10m, 0m, 10m, 0m, 10m, 0m, 0m, 0m]).Should().Be(new AnomalyJudgement { Basis = AnomalyBasis.None, Seen = 1_000m });
        Usual.Judge(1_000m, []).Basis.Should().Be(AnomalyBasis.None);
        Usual.Judge(1_000m, [10m, 0m, 10m, 0m, 10m, -1m, 10m, 0m]).Should().BeEquivalentTo(new { Basis = AnomalyBasis.Weeks, Samples = 4, IsAnomaly = true });
    }

    [Fact]
    public void A_return_after_weeks_of_silence_is_no_anomaly() => Usual.Judge(12m, [0m, 0m, 0m, 0m, 10m, 11m, 9m, 10m]).Should().BeEquivalentTo(new { Basis = AnomalyBasis.Weeks, IsAnomaly = false, Expected = 10m });

    [Fact]
    public void One_week_that_was_far_off_neither_hides_a_burst_nor_makes_one()
    {
        decimal[] weeks = [10m, 500m, 9m, 11m, 10m, 12m, 10m, 9m];

        Usual.Judge(14m, weeks).Should().BeEquivalentTo(new { IsAnomaly = false, Expected = 10m });
        Usual.Judge(100m, weeks).IsAnomaly.Should().BeTrue();
    }

    [Fact]
    public void Spending_less_is_no_anomaly_whatever_the_distance() => Low.Judge(0m, [100m, 100m, 100m, 100m]).Should().BeEquivalentTo(new { IsAnomaly = false, Distance = -100m });

    [Fact]
    public void Steady_growth_is_expected_to_go_on()
    {
        // Doubled from week to week; the middle of the weeks is 4.5 weeks ago.
        decimal[] weeks = [128m, 64m, 32m, 16m, 8m, 4m, 2m, 1m];

        var judgement = Usual.Judge(256m, weeks);

        judgement.Should().BeEquivalentTo(new { IsAnomaly = false, Growth = 22.627m });
        judgement.Expected.Should().Be(12m * 22.627m);
        Usual.Judge(1_300m, weeks).IsAnomaly.Should().BeTrue();
    }

    [Fact]
    public void Weeks_that_rise_and_fall_are_no_growth_and_neither_are_weeks_that_fall()
    {
        Usual.Judge(0m, [10m, 20m, 10m, 20m, 10m, 20m, 10m, 20m]).Growth.Should().Be(1m);
        Usual.Judge(0m, [1m, 2m, 4m, 8m, 16m, 32m, 64m, 128m]).Should().BeEquivalentTo(new { Growth = 1m, Expected = 12m });
    }

    [Fact]
    public void Growth_is_measured_by_the_weeks_that_lie_between_also_where_some_are_silent() =>
        Usual.Judge(0m, [16m, 0m, 4m, 0m, 1m, 0m, 0.25m, 0m]).Growth.Should().Be(16m);

    [Theory]
    [InlineData(4.000, 9, 7, 6, 4, 3, 2, 1)]
    [InlineData(4.970, 9, 8, 5, 4, 2, 1)]
    [InlineData(2.821, 20, 15, 14, 10, 7, 6, 5, 4)]
    [InlineData(2.797, 9, 7, 5, 5, 3, 2)]
    [InlineData(3.846, 8, 0, 5, 3, 0, 2, 1, 0)]
    [InlineData(1.851, 40, 35, 10, 25, 30, 5, 20, 15)]
    [InlineData(1.000, 35, 40, 10, 25, 30, 5, 20, 15)]
    public void Growth_is_the_median_of_all_pairs_of_weeks_if_three_of_four_rise(double growth, params int[] weeks)
    {
        // Worked out by hand: the logarithm of each pair's ratio by the weeks between them, times the weeks to the one in the middle. Of the 28 pairs of the last two, 21 and 20 rise.
        Usual.Judge(0m, [.. weeks.Select(week => (decimal)week)]).Growth.Should().Be((decimal)growth);
    }

    [Fact]
    public void Distances_have_an_end_and_what_is_missing_is_named()
    {
        Usual.Judge(9_000_000_000m, [0.000000001m, 0.000000001m, 0.000000001m, 0.000000001m]).Distance.Should().Be(1_000_000m);
        FluentActions.Invoking(() => Usual.Judge(1m, null!)).Should().Throw<ArgumentNullException>().WithParameterName("weeks");
    }

    [Fact]
    public void Growth_beyond_thirty_two_times_is_not_believed() => Usual.Judge(0m, [1_000_000m, 10_000m, 100m, 1m]).Growth.Should().Be(32m);

    [Fact]
    public void Where_weeks_are_missing_the_last_day_takes_their_place()
    {
        decimal[] day = [.. Enumerable.Repeat(10m, 11), .. Enumerable.Repeat(0m, 12), 30m];

        Usual.Judge(120m, [10m], day).Should().BeEquivalentTo(new { Basis = AnomalyBasis.LastDay, Samples = 12, Expected = 10m, Threshold = 120m, IsAnomaly = false });
        Usual.Judge(120.1m, [10m], day).IsAnomaly.Should().BeTrue();
        Usual.Judge(1_000m, [10m], day[1..]).Basis.Should().Be(AnomalyBasis.None);
        Usual.Judge(1_000m, [10m, 10m, 10m, 10m], day).Basis.Should().Be(AnomalyBasis.Weeks);
    }

    [Fact]
    public void The_highest_amounts_that_there_are_do_not_overflow()
    {
        decimal[] weeks = [.. Enumerable.Repeat(9_000_000_000m, 8)];

        var judgement = Usual.Judge(9_000_000_000m, weeks);

        judgement.Should().BeEquivalentTo(new { IsAnomaly = false, Expected = 9_000_000_000m, Threshold = long.MaxValue / 1_000_000_000m });
    }

    [Fact]
    public void Options_outside_their_ranges_are_refused()
    {
        Action<AnomalyOptions>[] wrong =
        [
            options => options.Weeks = 3, options => options.Weeks = 9, options => options.Distance = 1.999m, options => options.Distance = 100.001m, options => options.Floor = 0.0099m, options => options.Floor = 10.1m,
            options => options.MinimumAmount = 0, options => options.MinimumAmount = 9_000_000_001m, options => options.EvaluateEvery = TimeSpan.FromSeconds(9), options => options.EvaluateEvery = TimeSpan.FromMinutes(61),
            options => options.LookBack = TimeSpan.FromTicks(-1), options => options.LookBack = TimeSpan.FromHours(25), options => options.CatchUpHours = 0, options => options.CatchUpHours = 169,
            options => options.KeepFor = TimeSpan.FromHours(23), options => options.KeepFor = TimeSpan.FromDays(3_654), options => options.BurnRateFactor = 1.49m, options => options.BurnRateFactor = 100.1m,
            options => options.BurnRateShare = 0, options => options.BurnRateShare = 1.01m,
        ];
        foreach (var set in wrong)
            FluentActions.Invoking(() => set(new())).Should().Throw<ArgumentOutOfRangeException>();
        foreach (var kinds in new string[][] { [], ["user", "user"], [""], ["a=b"], [.. Enumerable.Range(0, 17).Select(i => $"{i}")] })
            FluentActions.Invoking(() => new AnomalyOptions { Kinds = kinds }).Should().Throw<ArgumentException>().WithMessage("Kinds has*");
        FluentActions.Invoking(() => new AnomalyOptions { TimeZone = "Mars/Olympus" }).Should().Throw<ArgumentException>().WithMessage("*Mars/Olympus*");
        new AnomalyOptions { Weeks = 4, Distance = 100, Floor = 10, BurnRateFactor = null, CatchUpHours = 168 }.Weeks.Should().Be(4);
    }
}
