namespace BudgetFirewall.Conformance;

/// <summary>P8: no nano is lost up to 9,000,000,000.</summary>
public abstract class P8Exact<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private const decimal Most = 9_000_000_000m;

    // 2^53 nanos: from here on a double cannot tell one nano from the next.
    private const decimal DoubleEdge = 9_007_199.254740992m;

    [Fact]
    public async Task A_million_charges_of_0_00000002_make_0_02()
    {
        var firewall = Largest(AliceLimit(1m));
        var count = Harness.Scaled(1_000_000);

        await Together.DoAsync(count, threads: 2, async _ =>
        {
            await firewall.ChargeAsync(Call(0.00000002m));
        });

        await firewall.AssertStandsAtAsync(AliceScope, spent: count * 0.00000002m);
    }

    [Theory]
    [InlineData("0.000000001")]
    [InlineData("2.147483648")]
    [InlineData("9007199.254740991")]
    [InlineData("9007199.254740992")]
    [InlineData("9007199.254740993")]
    [InlineData("123456789.987654321")]
    [InlineData("4611686018.427387903")]
    [InlineData("8999999999.999999999")]
    [InlineData("9000000000")]
    public async Task An_amount_is_held_charged_and_given_back_to_the_nano(string text)
    {
        var amount = decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        var firewall = Largest(AliceLimit(Most));
        var reservation = await firewall.ReserveAsync(Call(amount));
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: amount);
        (await firewall.StateAsync(AliceScope)).Remaining.Should().Be(Most - amount);
        await reservation.ReleaseAsync();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);

        (await firewall.SpendAsync(Call(amount))).Cost.Should().Be(amount);
        await firewall.AssertStandsAtAsync(AliceScope, spent: amount);
        (await firewall.TrySpendAsync(Call(Nano))).IsAllowed.Should().Be(Most - amount > 0);
    }

    [Fact]
    public async Task Nano_after_nano_is_counted_above_what_a_double_can_tell_apart()
    {
        var firewall = Largest(AliceLimit(Most));
        await firewall.ChargeAsync(Call(DoubleEdge));

        for (var i = 1; i <= 20; i++)
        {
            await firewall.ChargeAsync(Call(Nano));
            await firewall.AssertStandsAtAsync(AliceScope, spent: DoubleEdge + (i * Nano));
        }
    }

    [Fact]
    public async Task Limits_above_what_a_double_can_tell_apart_are_kept_to_the_nano()
    {
        var firewall = Largest(Limit(BudgetScope.Each("user"), Most - (2 * Nano)));
        for (var i = 0; i < 5; i++)
        {
            var user = $"user-{i}";
            await firewall.SpendAsync(Call(Most - (5 * Nano), user));
            (await firewall.TryReserveAsync(Call(4 * Nano, user))).IsGranted.Should().BeFalse();
            (await firewall.TryReserveAsync(Call(2 * Nano, user))).IsGranted.Should().BeTrue();
            (await firewall.TryReserveAsync(Call(2 * Nano, user))).IsGranted.Should().BeFalse();
            (await firewall.TryReserveAsync(Call(Nano, user))).IsGranted.Should().BeTrue();
            (await firewall.TryReserveAsync(Call(Nano, user))).IsGranted.Should().BeFalse();
        }
    }

    [Fact]
    public async Task Of_random_amounts_a_few_nanos_around_what_remains_exactly_those_that_fit_are_admitted()
    {
        var random = new Random(20_000);
        var cases = Harness.Scaled(20_000);
        for (var i = 0; i < cases; i += 20)
        {
            var limit = RandomAmount(random);
            var firewall = Largest(Limit(BudgetScope.Each("user"), limit));
            for (var user = 0; user < 20; user++)
                await AssertAdmitsWhatFitsAsync(firewall, $"user-{user}", limit, random);
            await Harness.StartOverAsync();
        }
    }

    [Fact]
    public async Task Random_amounts_of_all_magnitudes_add_up_to_the_nano()
    {
        var firewall = Largest(AliceLimit(1m));
        var random = new Random(18);
        var amounts = Enumerable.Range(0, 2_000).Select(_ => Math.Round(RandomAmount(random) / 3_000m, 9)).ToArray();

        await Together.DoAsync(amounts.Length, threads: 8, i => firewall.ChargeAsync(Call(amounts[i])));

        await firewall.AssertStandsAtAsync(AliceScope, spent: amounts.Sum());
    }

    [Fact]
    public async Task What_is_finer_than_a_nano_is_rounded_up_once()
    {
        var firewall = Largest(AliceLimit(1m));

        (await firewall.SpendAsync(Call(0.0000000000001m))).Cost.Should().Be(Nano);
        (await firewall.ChargeAsync(Call(0.1000000001m))).Cost.Should().Be(0.100000001m);
        var reservation = await firewall.ReserveAsync(Call(0.2000000000001m));
        reservation.Cost.Should().Be(0.200000001m);
        (await reservation.CommitAsync(0.3000000000001m)).Cost.Should().Be(0.300000001m);
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0.400000003m);
    }

    [Fact]
    public async Task Units_are_counted_to_a_millionth()
    {
        var firewall = Largest(Limit(AliceScope, 9_000_000_000_000m, unit: Record));

        await firewall.ChargeAsync(Call(0m) with { Usage = Records(8_999_999_999_999.999999m) });
        await firewall.AssertStandsAtAsync(AliceScope, spent: 8_999_999_999_999.999999m);
        (await firewall.TrySpendAsync(Call(0m) with { Usage = Records(0.000002m) })).IsAllowed.Should().BeFalse();
        (await firewall.TrySpendAsync(Call(0m) with { Usage = Records(0.000001m) })).IsAllowed.Should().BeTrue();
    }

    [Theory]
    [InlineData("-0.000000001")]
    [InlineData("9000000000.000000001")]
    [InlineData("79228162514264337593543950335")]
    public async Task Amounts_outside_0_to_nine_billion_are_refused_before_any_state_is_touched(string text)
    {
        var amount = decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        var firewall = Largest(AliceLimit(Most));
        var reservation = await firewall.ReserveAsync(Call(1m));

        FluentActions.Invoking(() => Call(amount)).Should().ThrowExactly<ArgumentOutOfRangeException>();
        await FluentActions.Awaiting(async () => await reservation.CommitAsync(amount)).Should().ThrowExactlyAsync<ArgumentOutOfRangeException>();
        await FluentActions.Awaiting(async () => await firewall.CommitAsync(reservation.Id, amount)).Should().ThrowExactlyAsync<ArgumentOutOfRangeException>();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: 1m);
    }

    [Fact]
    public async Task A_cost_computed_above_nine_billion_is_refused_before_any_state_is_touched()
    {
        var firewall = Firewall(options =>
        {
            options.MaxCost = Most;
            options.Budgets.Add(AliceLimit(Most));
            options.Pricing.Units[Record] = 2m;
        });

        await FluentActions.Awaiting(async () => await firewall.ChargeAsync(Call() with { Usage = Records(4_500_000_001m) })).Should().ThrowExactlyAsync<ArgumentOutOfRangeException>();

        await firewall.AssertStandsAtAsync(AliceScope, spent: 0);
    }

    [Fact]
    public async Task A_total_beyond_64_bits_is_refused_never_wrapped()
    {
        var firewall = Largest(AliceLimit(1m));
        await firewall.ChargeAsync(Call(Most));
        var room = (long.MaxValue / 1_000_000_000m) - Most;

        await FluentActions.Awaiting(async () => await firewall.ChargeAsync(Call(room + Nano))).Should().ThrowExactlyAsync<BudgetOverflowException>();
        await firewall.AssertStandsAtAsync(AliceScope, spent: Most);
        await firewall.ChargeAsync(Call(room));
        await FluentActions.Awaiting(async () => await firewall.ChargeAsync(Call(Nano))).Should().ThrowExactlyAsync<BudgetOverflowException>();
        await firewall.AssertStandsAtAsync(AliceScope, spent: Most + room);
    }

    [Fact]
    public async Task What_is_held_counts_towards_64_bits_too()
    {
        var firewall = Largest(AliceLimit(1m) with { Enforcement = Enforcement.Soft });
        var room = (long.MaxValue / 1_000_000_000m) - Most;
        var small = await firewall.ReserveAsync(Call(4_000_000_000m));
        var large = await firewall.ReserveAsync(Call(5_000_000_000m));

        await FluentActions.Awaiting(async () => await firewall.ChargeAsync(Call(room + Nano))).Should().ThrowExactlyAsync<BudgetOverflowException>();
        await FluentActions.Awaiting(async () => await firewall.ReserveAsync(Call(room + Nano))).Should().ThrowExactlyAsync<BudgetOverflowException>();
        await FluentActions.Awaiting(async () => await small.CommitAsync(4_000_000_000m + room + Nano)).Should().ThrowExactlyAsync<BudgetOverflowException>();
        await firewall.AssertStandsAtAsync(AliceScope, spent: 0, held: Most);
        await small.CommitAsync(4_000_000_000m + room);
        await large.CommitAsync(5_000_000_000m);
        await firewall.AssertStandsAtAsync(AliceScope, spent: Most + room);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_denied_is_denied_even_if_another_budget_could_not_count_it(bool hardIsGlobal)
    {
        var hard = Limit(hardIsGlobal ? BudgetScope.Global : AliceScope, 1m);
        var firewall = Largest(hard, Limit(hardIsGlobal ? AliceScope : BudgetScope.Global, 1m) with { Enforcement = Enforcement.Soft });
        await firewall.ChargeAsync(Call(Most));

        var reservation = await firewall.TryReserveAsync(Call(Most));

        reservation.Decision.DeniedByBudgets.Should().ContainSingle().Which.Scope.Should().Be(hard.Scope);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("one")]
    public async Task A_check_counts_nothing_and_so_never_overflows(string? id)
    {
        var firewall = Largest(AliceLimit(1m) with { Enforcement = Enforcement.Soft });
        await firewall.ChargeAsync(Call(Most));

        (await firewall.TryCheckAsync(Call(Most, id: id))).IsAllowed.Should().BeTrue();
    }

    private static async Task AssertAdmitsWhatFitsAsync(IBudgetFirewall firewall, string user, decimal limit, Random random)
    {
        var spent = Math.Max(0, limit - RandomAmount(random));
        await firewall.ChargeAsync(Call(spent, user));
        var amount = Math.Clamp(limit - spent + (random.Next(-3, 4) * Nano), 0, Most);

        var isAllowed = (await firewall.TrySpendAsync(Call(amount, user))).IsAllowed;

        isAllowed.Should().Be(amount == 0 || spent + amount <= limit);
    }

    // One to nineteen digits of nanos, so that small amounts are as likely as huge ones.
    private static decimal RandomAmount(Random random) =>
        Math.Min(Most, Math.Max(1, Math.Truncate((decimal)random.NextInt64(1, (long)Math.Pow(10, random.Next(1, 19))))) * Nano);

    /// <summary>A firewall that lets one call cost as much as can be counted.</summary>
    private IBudgetFirewall Largest(params Budget[] budgets) => Firewall(options =>
    {
        options.MaxCost = Most;
        options.Budgets.AddRange(budgets);
    });
}
