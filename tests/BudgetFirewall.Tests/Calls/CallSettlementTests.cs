using System.Collections.Concurrent;
using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;
using BudgetFirewall.Tests.Registration;

namespace BudgetFirewall.Tests.Calls;

/// <summary>What a guarded call is charged, whatever is missing when it ends.</summary>
public sealed class CallSettlementTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new(new(2030, 1, 2, 1, 0, 0, TimeSpan.Zero));
    private readonly ConcurrentQueue<SettledCall> _settled = [];
    private readonly IBudgetFirewall _firewall;
    private readonly CallGuard _guard;
    private ChaosBudgetStore? _chaos;
    private bool _isAway;

    public CallSettlementTests()
    {
        _firewall = new BudgetFirewallBuilder()
            .Configure(options =>
            {
                options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 100_000m });
                options.Pricing.Units["record"] = 0.01m;
                options.Pricing.Models["m"] = ModelPrice.PerMillion(1m, 2m);
            })
            .UseTimeProvider(_clock)
            .UseStore(context => _chaos = new(new ScriptedStore(context, () => _isAway ? throw new BudgetStoreException("The store is away.") { MayHaveHappened = false } : Task.CompletedTask)))
            .Build();
        _guard = new(_firewall, new CallGuardOptions { TimeProvider = _clock, OnSettled = _settled.Enqueue });
    }

    [Fact]
    public async Task A_call_is_charged_the_cost_that_is_named()
    {
        await using var call = await BeginAsync(cost: 6m);

        (await call.CommitAsync(2.5m))!.Cost.Should().Be(2.5m);

        (await BudgetAsync()).Should().Be((2.5m, 0m));
        Settled().Should().Be(((decimal?, BudgetUsage?, bool))(2.5m, null, false));
    }

    [Fact]
    public async Task A_call_of_which_nothing_is_known_is_charged_what_was_reserved_and_that_is_an_estimate()
    {
        await using var call = await BeginAsync(cost: 6m);

        (await call.CommitReservedAsync())!.Cost.Should().Be(6m);

        (await BudgetAsync()).Should().Be((6m, 0m));
        Settled().Should().Be(((decimal?, BudgetUsage?, bool))(6m, null, true));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(9_000_000_001)]
    public async Task A_cost_outside_its_range_is_refused_and_leaves_the_call_open(long cost)
    {
        await using var call = await BeginAsync(cost: 6m);

        await FluentActions.Awaiting(async () => await call.CommitAsync((decimal)cost)).Should().ThrowExactlyAsync<ArgumentOutOfRangeException>();

        (await BudgetAsync()).Should().Be((0m, 6m));
        (await call.CommitAsync(1m)).Should().NotBeNull();
    }

    [Fact]
    public async Task A_hold_is_extended_by_hand()
    {
        await using var call = await BeginAsync(cost: 6m);

        var end = await call.ExtendAsync(TimeSpan.FromHours(3));

        end.Should().Be(_clock.GetUtcNow() + TimeSpan.FromHours(3));
        call.ExpiresAt.Should().Be(end);
    }

    [Fact]
    public async Task A_call_that_nothing_prices_does_not_begin()
    {
        var e = (await FluentActions.Awaiting(async () => await _guard.BeginAsync(new() { Provider = "misspelt", Usage = BudgetUsage.Tokens(1, 1) })).Should().ThrowExactlyAsync<UnknownPriceException>()).Which;

        e.Provider.Should().Be("misspelt");
        (await BudgetAsync()).Should().Be((0m, 0m));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public async Task A_usage_that_nothing_prices_charges_what_was_reserved(int hours)
    {
        await using var call = await _guard.BeginAsync(new() { Provider = "p", Usage = new BudgetUsage { Units = new Dictionary<string, decimal> { ["record"] = 7m } } });
        _clock.Advance(TimeSpan.FromHours(hours));

        var receipt = await call.CommitAsync(BudgetUsage.Tokens(1, 1));

        receipt!.Cost.Should().Be(0.07m);
        (await BudgetAsync()).Should().Be((0.07m, 0m));
        _settled.Should().ContainSingle().Which.IsEstimated.Should().BeTrue();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public async Task A_cost_above_the_highest_one_allowed_charges_the_highest_one(int hours)
    {
        await using var call = await BeginAsync(cost: 6m);
        _clock.Advance(TimeSpan.FromHours(hours));

        var receipt = await call.CommitAsync(100_001m);

        receipt!.Cost.Should().Be(100_000m);
        (await BudgetAsync()).Should().Be((100_000m, 0m));
        _settled.Should().ContainSingle().Which.IsEstimated.Should().BeTrue();
    }

    [Theory]
    [InlineData(null, 0.07)]
    [InlineData(6, 0.07)]
    public async Task A_call_that_outlives_its_record_is_charged_the_price_of_its_usage(int? estimate, double charged)
    {
        await using var call = await BeginAsync(cost: estimate);
        _clock.Advance(TimeSpan.FromHours(8));

        await call.CommitAsync(new BudgetUsage { Units = new Dictionary<string, decimal> { ["record"] = 7m } });

        (await BudgetAsync()).Should().Be(((decimal)charged, 0m));
    }

    [Fact]
    public async Task A_call_that_outlives_its_record_is_charged_its_estimate_where_nothing_prices_its_usage()
    {
        await using var call = await BeginAsync(cost: 6m);
        _clock.Advance(TimeSpan.FromHours(8));

        await call.CommitAsync(new BudgetUsage { ResponseBytes = 5 });

        (await BudgetAsync()).Should().Be((6m, 0m));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public async Task A_usage_without_a_price_charges_what_was_reserved_even_when_the_record_is_gone(int hours)
    {
        await using var call = await _guard.BeginAsync(new() { Provider = "p", Model = "m", Usage = BudgetUsage.Tokens(1_000, 1_000) });
        _clock.Advance(TimeSpan.FromHours(hours));

        await call.CommitAsync(new BudgetUsage { ResponseBytes = 5 });

        (await BudgetAsync()).Should().Be((0.003m, 0m));
        _settled.Should().ContainSingle().Which.IsEstimated.Should().BeTrue();
    }

    [Fact]
    public async Task Charges_that_the_store_does_not_confirm_wait_in_a_bounded_number_and_are_then_recorded()
    {
        const int room = 10_000;
        var calls = new List<GuardedCall>();
        for (var i = 0; i <= room; i++)
            calls.Add(await BeginAsync(cost: 1m));
        _isAway = true;
        foreach (var call in calls)
            (await call.CommitAsync(1m)).Should().BeNull();
        _settled.Should().ContainSingle().Which.Exception.Should().BeOfType<ChargeUnconfirmedException>();

        _isAway = false;
        _clock.Advance(TimeSpan.FromSeconds(2));

        (await SettledBudgetAsync(room)).Should().Be(((decimal)room, 0m));
    }

    [Fact]
    public async Task A_call_whose_commit_may_be_what_the_store_has_forgotten_is_not_charged_again()
    {
        await using var call = await BeginAsync(cost: 6m);
        _chaos!.StrikeNext(StoreCalls.Settle, StoreFault.AnswerLost);
        (await call.CommitAsync(2.5m)).Should().BeNull();

        _isAway = true;
        for (var seconds = 0; seconds < 62; seconds++)
            await PassAsync(TimeSpan.FromSeconds(1));
        _isAway = false;
        (await Eventually.HoldsAsync(async () =>
        {
            await PassAsync(TimeSpan.FromSeconds(1));
            return !_settled.IsEmpty;
        })).Should().BeTrue();

        _settled.Should().ContainSingle().Which.Exception.Should().BeOfType<ReservationNotFoundException>();
        (await BudgetAsync()).Should().Be((2.5m, 0m));
    }

    public async ValueTask DisposeAsync()
    {
        _guard.Dispose();
        await _firewall.DisposeAsync();
    }

    private async ValueTask PassAsync(TimeSpan time)
    {
        _clock.Advance(time);
        await Task.Delay(1);
    }

    private static BudgetUsage NoRecord => new() { Units = new Dictionary<string, decimal> { ["record"] = 0 } };

    private ValueTask<GuardedCall> BeginAsync(decimal? cost) => _guard.BeginAsync(new() { Provider = "p", Cost = cost, Usage = cost is null ? NoRecord : new BudgetUsage() });

    private (decimal? Cost, BudgetUsage? Usage, bool IsEstimated) Settled()
    {
        var settled = _settled.Should().ContainSingle().Which;
        return (settled.Cost, settled.Usage, settled.IsEstimated);
    }

    private async Task<(decimal Spent, decimal Held)> BudgetAsync()
    {
        var state = (await _firewall.GetStatusAsync(BudgetScope.Global)).Budgets.Should().ContainSingle().Which;
        return (state.Spent, state.Held);
    }

    /// <summary>The budget once so much is spent, the hold that was given up having ended with its lease.</summary>
    private async Task<(decimal Spent, decimal Held)> SettledBudgetAsync(decimal spent)
    {
        for (var i = 0; i < 6_000 && (await BudgetAsync()).Spent < spent; i++)
            await Task.Delay(10);
        _clock.Advance(TimeSpan.FromMinutes(10));
        return await BudgetAsync();
    }
}
