using BudgetFirewall.Storage;
using FsCheck;
using FsCheck.Fluent;

namespace BudgetFirewall.Tests;

/// <summary>What an allowance does to a budget's judgement, by whole numbers that do not end.</summary>
public sealed class AllowanceRuleTests
{
    private static readonly long Most = AllowanceCall.MaxAllowance;

    private static readonly Gen<long> Amount = Gen.OneOf(
        Gen.Elements(0L, 1L, 2L, 999_999_999L, 1_000_000_000L, (1L << 53) - 1, 1L << 53, Most - 1, Most),
        Gen.Choose(0, int.MaxValue).Select(amount => (long)amount),
        Gen.Choose(0, int.MaxValue).Select(part => (long)((Int128)Most * part / int.MaxValue)));

    private static readonly Gen<long> Fraction = Gen.OneOf(Gen.Elements(1L, 500_000L, 800_000L, 1_000_000L, 100_000_000L), Gen.Choose(1, 100_000_000).Select(fraction => (long)fraction));

    [Fact]
    public void There_is_room_while_spent_held_and_needed_are_at_most_limit_and_allowance() => Check(
        from limit in Amount
        from allowance in Amount
        from spent in Amount
        from held in Amount
        from near in Gen.Choose(-2, 2)
        from isNear in Gen.Elements(false, true)
        from need in Amount
        let most = (Int128)limit + allowance
        select (Limit: limit, Allowance: allowance, Spent: spent, Held: held, Need: isNear ? Clamped(most - spent - held + near) : need),
        one => Rule(one.Limit).HasRoom(LimitReading.OfBudget(one.Spent, one.Held, one.Allowance), one.Need)
            == (one.Need == 0 || (Int128)one.Spent + one.Held + one.Need <= (Int128)one.Limit + one.Allowance));

    [Fact]
    public void A_fraction_is_reached_by_what_is_at_least_that_part_of_limit_and_allowance() => Check(
        from limit in Amount
        from allowance in Amount
        from fraction in Fraction
        from near in Gen.Choose(-2, 2)
        let least = (((Int128)limit + allowance) * fraction / 1_000_000) + near
        select (Limit: limit, Allowance: allowance, Fraction: fraction, Spent: Clamped(least)),
        one => Reached(one.Limit, one.Allowance, one.Fraction, one.Spent)
            == (one.Spent > 0 && (Int128)one.Spent * 1_000_000 >= ((Int128)one.Limit + one.Allowance) * one.Fraction));

    [Fact]
    public void An_overrun_is_the_part_of_the_charge_above_limit_and_allowance() => Check(
        from limit in Amount
        from allowance in Amount
        from spent in Amount
        from amount in Amount
        select (Limit: limit, Allowance: allowance, Spent: spent, Amount: Math.Min(amount, spent)),
        one => Rule(one.Limit).Overrun(one.Amount, one.Spent, one.Allowance) == Int128.Clamp((Int128)one.Spent - one.Limit - one.Allowance, 0, one.Amount));

    [Fact]
    public void What_can_be_taken_back_is_neither_spent_nor_held_and_no_more_than_there_is() => Check(
        from limit in Amount
        from allowance in Amount
        from spent in Amount
        from held in Amount
        from amount in Amount
        select (Limit: limit, Allowance: allowance, Spent: spent, Held: held, Amount: Math.Max(amount, 1)),
        one => Call(one.Limit, one.Amount).Revocable(LimitReading.OfBudget(one.Spent, one.Held, one.Allowance))
            == Int128.Min(Int128.Min(one.Amount, one.Allowance), Int128.Max(0, (Int128)one.Limit + one.Allowance - one.Spent - one.Held)));

    [Fact]
    public void The_ceiling_of_a_throttled_budget_rises_too_and_none_is_none()
    {
        var open = new CounterRule(Budget(10) with { Enforcement = Enforcement.Throttle, Throttle = new() { RatePerSecond = 1m } });
        var ceiling = new CounterRule(Budget(10) with { Enforcement = Enforcement.Throttle, Throttle = new() { RatePerSecond = 1m, Ceiling = 0.00000002m } });
        var reading = LimitReading.OfBudget(15, 5, allowance: 5);

        open.Fits(reading, LimitDemand.OfBudget(open, "x", 1_000, isUnknown: false)).Should().BeTrue();
        ceiling.Fits(reading, LimitDemand.OfBudget(ceiling, "x", 5, isUnknown: false)).Should().BeTrue();
        ceiling.Fits(reading, LimitDemand.OfBudget(ceiling, "x", 6, isUnknown: false)).Should().BeFalse();
    }

    [Fact]
    public void A_need_that_is_more_than_is_counted_never_fits() =>
        Rule(Most).HasRoom(LimitReading.OfBudget(0, 0, Most), long.MaxValue).Should().BeFalse();

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void An_amount_outside_its_range_is_refused(long amount) =>
        FluentActions.Invoking(Call(1, amount).Check).Should().Throw<ArgumentOutOfRangeException>();

    private static void Check<T>(Gen<T> cases, Func<T, bool> holds) =>
        Prop.ForAll(Arb.From(cases), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000).WithQuietOnSuccess(true));

    private static bool Reached(long limit, long allowance, long fraction, long spent)
    {
        var rule = new CounterRule(Budget(limit) with { WarnAt = [fraction / 1_000_000m] });
        // A fraction that no amount reaches has no threshold.
        return rule.Thresholds.Length > 0 && rule.HasReached(rule.Thresholds[0], spent, allowance);
    }

    private static long Clamped(Int128 amount) => (long)Int128.Clamp(amount, 0, long.MaxValue - 1);

    private static Budget Budget(long limit) => new() { Scope = BudgetScope.Global, Limit = limit / 1_000_000_000m };

    private static CounterRule Rule(long limit) => new(Budget(limit));

    private static AllowanceCall Call(long limit, long amount) => new() { Rule = Rule(limit), ScopeId = "x", Amount = amount, OperationId = "o" };
}
