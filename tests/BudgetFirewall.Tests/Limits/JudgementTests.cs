using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests;

/// <summary>The verdicts of budgets and token buckets by themselves, as every store uses them.</summary>
public sealed class JudgementTests
{
    private static readonly DateTime Now = new(2026, 3, 10, 12, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime PeriodEnd = Now.AddHours(12);

    [Fact]
    public void A_budget_refuses_exactly_what_does_not_fit()
    {
        var random = new Random(14);
        long[] edges = [0, 1, 2, 4_499_999_999_999_999_999, 4_500_000_000_000_000_000, 8_999_999_999_999_999_999, 9_000_000_000_000_000_000, long.MaxValue - 1, long.MaxValue];
        long Any() => edges[random.Next(edges.Length)];
        for (var i = 0; i < 20_000; i++)
        {
            var limit = edges[random.Next(7)];
            var (spent, held, need) = (Any(), Any(), Any());
            var fits = need == 0 || (Int128)spent + held + need <= limit;

            foreach (var enforcement in Enum.GetValues<Enforcement>())
            {
                var rule = Rule(limit, enforcement);
                var expected = fits ? Verdict.Admit : enforcement switch
                {
                    Enforcement.Hard or Enforcement.Throttle => Verdict.Refuse,
                    Enforcement.Soft => Verdict.Admit,
                    Enforcement.Escalate => Verdict.NeedsApproval,
                    _ => Verdict.WouldRefuse,
                };
                rule.Judge(LimitReading.OfBudget(spent, held), new(rule, "", need, need), Now, PeriodEnd).Verdict
                    .Should().Be(expected, $"the limit is {limit}, spent {spent}, held {held}, needed {need}");
            }
        }
    }

    [Theory]
    [InlineData(5, true, 12)]
    [InlineData(6, true, null)]
    [InlineData(5, false, null)]
    public void A_budget_that_refuses_waits_for_its_next_period_if_that_has_room(long need, bool ends, int? hours)
    {
        var rule = Rule(5, Enforcement.Hard);

        var judgement = rule.Judge(LimitReading.OfBudget(3, 1), new(rule, "", need, need), Now, ends ? PeriodEnd : DateTime.MaxValue);

        (judgement.Verdict, judgement.Wait, judgement.IsRefusal).Should().Be((Verdict.Refuse, hours is { } wait ? TimeSpan.FromHours(wait) : null, true));
    }

    [Theory]
    [InlineData(Enforcement.Hard, 5_000_000, Verdict.Admit, 0)]
    [InlineData(Enforcement.Hard, 7_000_000, Verdict.Refuse, 4)]
    [InlineData(Enforcement.Hard, 11_000_000, Verdict.Refuse, null)]
    [InlineData(Enforcement.Hard, 0, Verdict.Admit, 0)]
    [InlineData(Enforcement.Shadow, 7_000_000, Verdict.WouldRefuse, 4)]
    public void A_token_bucket_waits_until_it_has_what_is_needed(Enforcement enforcement, long needMicros, Verdict verdict, int? seconds)
    {
        var rule = new TokenBucketRule(new() { Scope = BudgetScope.Global, Capacity = 10m, RefillPerSecond = 0.5m, Enforcement = enforcement });

        var judgement = rule.Judge(new TokenBucketLevel(5_000_000, 0), needMicros);

        (judgement.Verdict, judgement.Wait).Should().Be((verdict, seconds is { } wait ? TimeSpan.FromSeconds(wait) : null));
    }

    [Fact]
    public void A_bucket_below_zero_reads_as_what_it_owes_and_when_it_is_full()
    {
        var rule = new TokenBucketRule(new() { Scope = BudgetScope.Global, Capacity = 10m, RefillPerSecond = 0.5m });

        var owing = new TokenBucketLevel(-5_000_000, 0).ToReading();

        (owing.Available, rule.FullIn(owing)).Should().Be((-5_000_000, TimeSpan.FromSeconds(30)));
        rule.FullIn(rule.Full.ToReading()).Should().Be(TimeSpan.Zero);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5 * 3_600)]
    [InlineData(100 * 86_400)]
    public void The_reading_of_a_bucket_says_when_it_is_full_as_exactly_as_its_level_does(int secondsSetBack)
    {
        var rule = new TokenBucketRule(new() { Scope = BudgetScope.Global, Capacity = 10m, RefillPerSecond = 3m });
        var level = new TokenBucketLevel(2_345_678, 999_999) { AheadMicroseconds = secondsSetBack * 1_000_000L };

        rule.FullIn(level.ToReading()).Should().Be(rule.Wait(level, rule.CapacityMicros));
    }

    [Fact]
    public void Names_keep_shadows_apart_whatever_a_unit_or_an_id_is_called()
    {
        var shadow = new Budget { Scope = BudgetScope.Each("user"), Limit = 1m, Enforcement = Enforcement.Shadow };
        RateLimit[] limits =
        [
            new() { Scope = BudgetScope.Each("user"), Capacity = 1, RefillPerSecond = 0 },
            new() { Scope = BudgetScope.Each("user"), Capacity = 1, RefillPerSecond = 0, Enforcement = Enforcement.Shadow },
            new() { Scope = BudgetScope.Each("user"), Capacity = 1, RefillPerSecond = 0, Id = "shadow" },
            new() { Scope = BudgetScope.Each("user"), Capacity = 1, RefillPerSecond = 0, Unit = "shadow" },
        ];
        string[] names =
        [
            new CounterRule(shadow).Name,
            new CounterRule(shadow with { Enforcement = Enforcement.Hard }).Name,
            new CounterRule(shadow with { Enforcement = Enforcement.Hard, Unit = "shadow" }).Name,
            .. limits.Select(limit => new TokenBucketRule(limit).Name),
        ];

        names.Should().OnlyHaveUniqueItems().And.HaveCount(7);
        new CounterRule(shadow with { Enforcement = Enforcement.Soft }).Name.Should().Be(names[1]);
    }

    private static CounterRule Rule(long limitNanos, Enforcement enforcement) =>
        new(new Budget
        {
            Scope = BudgetScope.Global,
            Limit = limitNanos / 1_000_000_000m,
            Enforcement = enforcement,
            Throttle = enforcement == Enforcement.Throttle ? new() { RatePerSecond = 1, Ceiling = limitNanos / 1_000_000_000m } : null,
            WarnAt = [],
        });
}
