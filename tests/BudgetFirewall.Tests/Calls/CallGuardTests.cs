using System.Runtime.CompilerServices;

namespace BudgetFirewall.Tests.Calls;

public sealed class CallGuardTests : IAsyncDisposable
{
    private readonly IBudgetFirewall _firewall = new BudgetFirewallBuilder()
        .Configure(options => options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 10m }))
        .Build();

    private readonly List<SettledCall> _settled = [];

    private readonly BudgetRequest _request = new() { Provider = "ocr", Cost = 6m };

    [Fact]
    public async Task A_call_is_held_until_it_is_committed()
    {
        using var guard = Guard();
        await using var call = await guard.BeginAsync(_request);
        (await BudgetAsync()).Should().Be((0m, 6m));

        var receipt = await call.CommitAsync(new BudgetUsage());

        receipt!.Cost.Should().Be(6m);
        (await BudgetAsync()).Should().Be((6m, 0m));
        _settled.Should().ContainSingle().Which.Receipt.Should().BeSameAs(receipt);
    }

    [Fact]
    public async Task A_call_that_is_disposed_without_a_commit_is_released()
    {
        using var guard = Guard();

        await using (await guard.BeginAsync(_request))
            (await BudgetAsync()).Should().Be((0m, 6m));

        (await BudgetAsync()).Should().Be((0m, 0m));
        _settled.Should().ContainSingle().Which.Usage.Should().BeNull();
    }

    [Fact]
    public async Task A_call_that_nobody_can_end_any_more_is_charged_with_what_was_expected()
    {
        using var guard = Guard();
        await ForgetAsync(guard);

        for (var attempt = 0; attempt < 1_000 && _settled.Count == 0; attempt++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Yield();
        }

        var settled = _settled.Should().ContainSingle().Which;
        (settled.IsEstimated, settled.Usage!.ResponseBytes).Should().Be((true, 7L));
        (await BudgetAsync()).Should().Be((6m, 0m));
    }

    [Fact]
    public async Task A_call_that_is_made_against_a_denial_is_charged_once_although_nothing_is_held()
    {
        using var guard = Guard();
        await _firewall.ChargeAsync(_request);
        var denied = await guard.TryBeginAsync(_request);
        denied.IsGranted.Should().BeFalse();

        await using var call = guard.BeginUnheld(_request, denied.Decision);
        (call.IsGranted, call.Decision.Outcome, call.ExpiresAt).Should().Be((true, DecisionOutcome.BudgetExceeded, default(DateTimeOffset)));
        (await BudgetAsync()).Should().Be((6m, 0m));
        var receipt = await call.CommitAsync(2.5m);
        (await call.CommitAsync(2.5m)).Should().BeNull();

        (receipt!.Cost, receipt.OperationId).Should().Be((2.5m, call.ReservationId));
        (await BudgetAsync()).Should().Be((8.5m, 0m));
    }

    [Fact]
    public async Task A_call_without_a_hold_is_charged_what_was_expected_or_nothing_when_released()
    {
        using var guard = Guard();
        var decision = await _firewall.TryCheckAsync(_request);

        await guard.BeginUnheld(_request, decision).ReleaseAsync();
        (await BudgetAsync()).Should().Be((0m, 0m));
        await guard.BeginUnheld(_request, decision).CommitReservedAsync();

        (await BudgetAsync()).Should().Be((6m, 0m));
        FluentActions.Invoking(() => guard.BeginUnheld(_request with { OperationId = "x" }, decision)).Should().ThrowExactly<ArgumentException>();
    }

    [Fact]
    public async Task Only_the_first_end_of_a_call_counts()
    {
        using var guard = Guard();
        var call = await guard.BeginAsync(_request);

        (await call.CommitAsync(new BudgetUsage())).Should().NotBeNull();
        (await call.CommitAsync(new BudgetUsage { ResponseBytes = 1 })).Should().BeNull();
        await call.ReleaseAsync();
        await call.DisposeAsync();

        (await BudgetAsync()).Should().Be((6m, 0m));
        _settled.Should().ContainSingle();
    }

    [Fact]
    public async Task Of_many_ends_at_once_one_counts()
    {
        using var guard = Guard();
        var call = await guard.BeginAsync(_request);

        var receipts = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(async () => await call.CommitAsync(new BudgetUsage()))));

        receipts.Where(receipt => receipt is not null).Should().ContainSingle();
        (await BudgetAsync()).Should().Be((6m, 0m));
    }

    [Fact]
    public async Task A_denied_call_throws_or_says_so_and_has_nothing_to_end()
    {
        using var guard = Guard();
        await using var first = await guard.BeginAsync(_request);

        await FluentActions.Awaiting(async () => await guard.BeginAsync(_request)).Should().ThrowExactlyAsync<BudgetExceededException>();
        var denied = await guard.TryBeginAsync(_request);
        denied.IsGranted.Should().BeFalse();
        await FluentActions.Awaiting(async () => await denied.CommitAsync(new BudgetUsage())).Should().ThrowExactlyAsync<InvalidOperationException>();
        await denied.DisposeAsync();

        _settled.Should().BeEmpty();
        (await BudgetAsync()).Should().Be((0m, 6m));
    }

    [Fact]
    public async Task The_lease_is_the_requests_or_the_guards()
    {
        using var guard = Guard(options => options.Lease = TimeSpan.FromSeconds(90));

        await using var own = await guard.BeginAsync(_request with { Cost = 1m, Lease = TimeSpan.FromHours(2) });
        await using var usual = await guard.BeginAsync(_request with { Cost = 1m });

        own.Request.Lease.Should().Be(TimeSpan.FromHours(2));
        usual.Request.Lease.Should().Be(TimeSpan.FromSeconds(90));
        (own.ExpiresAt - usual.ExpiresAt > TimeSpan.FromHours(1)).Should().BeTrue();
    }

    [Fact]
    public async Task An_operation_id_is_refused()
    {
        using var guard = Guard();

        await FluentActions.Awaiting(async () => await guard.BeginAsync(_request with { OperationId = "mine" })).Should().ThrowExactlyAsync<ArgumentException>();
    }

    [Theory]
    [InlineData(0.5, 60)]
    [InlineData(100_000, 60)]
    [InlineData(60, -1)]
    [InlineData(60, 100_000)]
    public void Options_outside_their_ranges_are_refused(double leaseSeconds, double maxHoldSeconds) =>
        FluentActions.Invoking(() => Guard(options => (options.Lease, options.MaxHold) = (TimeSpan.FromSeconds(leaseSeconds), TimeSpan.FromSeconds(maxHoldSeconds)))).Should().ThrowExactly<ArgumentOutOfRangeException>();

    public ValueTask DisposeAsync() => _firewall.DisposeAsync();

    private CallGuard Guard(Action<CallGuardOptions>? configure = null)
    {
        var options = new CallGuardOptions { OnSettled = _settled.Add };
        configure?.Invoke(options);
        return new(_firewall, options);
    }

    // A method of its own, so that nothing refers to the call any more when it has returned.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task ForgetAsync(CallGuard guard) => _ = await guard.BeginAsync(_request with { Usage = new() { ResponseBytes = 7 } });

    private async Task<(decimal Spent, decimal Held)> BudgetAsync()
    {
        var state = (await _firewall.GetStatusAsync(BudgetScope.Global)).Budgets.Should().ContainSingle().Which;
        return (state.Spent, state.Held);
    }
}
