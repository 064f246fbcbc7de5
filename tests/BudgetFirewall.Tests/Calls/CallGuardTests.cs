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
        Assert.Equal((0m, 6m), await BudgetAsync());

        var receipt = await call.CommitAsync(new BudgetUsage());

        Assert.Equal(6m, receipt!.Cost);
        Assert.Equal((6m, 0m), await BudgetAsync());
        Assert.Same(receipt, Assert.Single(_settled).Receipt);
    }

    [Fact]
    public async Task A_call_that_is_disposed_without_a_commit_is_released()
    {
        using var guard = Guard();

        await using (await guard.BeginAsync(_request))
            Assert.Equal((0m, 6m), await BudgetAsync());

        Assert.Equal((0m, 0m), await BudgetAsync());
        Assert.Null(Assert.Single(_settled).Usage);
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

        var settled = Assert.Single(_settled);
        Assert.Equal((true, 7L), (settled.IsEstimated, settled.Usage!.ResponseBytes));
        Assert.Equal((6m, 0m), await BudgetAsync());
    }

    [Fact]
    public async Task Only_the_first_end_of_a_call_counts()
    {
        using var guard = Guard();
        var call = await guard.BeginAsync(_request);

        Assert.NotNull(await call.CommitAsync(new BudgetUsage()));
        Assert.Null(await call.CommitAsync(new BudgetUsage { ResponseBytes = 1 }));
        await call.ReleaseAsync();
        await call.DisposeAsync();

        Assert.Equal((6m, 0m), await BudgetAsync());
        Assert.Single(_settled);
    }

    [Fact]
    public async Task Of_many_ends_at_once_one_counts()
    {
        using var guard = Guard();
        var call = await guard.BeginAsync(_request);

        var receipts = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(async () => await call.CommitAsync(new BudgetUsage()))));

        Assert.Single(receipts, receipt => receipt is not null);
        Assert.Equal((6m, 0m), await BudgetAsync());
    }

    [Fact]
    public async Task A_denied_call_throws_or_says_so_and_has_nothing_to_end()
    {
        using var guard = Guard();
        await using var first = await guard.BeginAsync(_request);

        await Assert.ThrowsAsync<BudgetExceededException>(async () => await guard.BeginAsync(_request));
        var denied = await guard.TryBeginAsync(_request);
        Assert.False(denied.IsGranted);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await denied.CommitAsync(new BudgetUsage()));
        await denied.DisposeAsync();

        Assert.Empty(_settled);
        Assert.Equal((0m, 6m), await BudgetAsync());
    }

    [Fact]
    public async Task The_lease_is_the_requests_or_the_guards()
    {
        using var guard = Guard(options => options.Lease = TimeSpan.FromSeconds(90));

        await using var own = await guard.BeginAsync(_request with { Cost = 1m, Lease = TimeSpan.FromHours(2) });
        await using var usual = await guard.BeginAsync(_request with { Cost = 1m });

        Assert.Equal(TimeSpan.FromHours(2), own.Request.Lease);
        Assert.Equal(TimeSpan.FromSeconds(90), usual.Request.Lease);
        Assert.True(own.ExpiresAt - usual.ExpiresAt > TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task An_operation_id_is_refused()
    {
        using var guard = Guard();

        await Assert.ThrowsAsync<ArgumentException>(async () => await guard.BeginAsync(_request with { OperationId = "mine" }));
    }

    [Theory]
    [InlineData(0.5, 60)]
    [InlineData(100_000, 60)]
    [InlineData(60, -1)]
    [InlineData(60, 100_000)]
    public void Options_outside_their_ranges_are_refused(double leaseSeconds, double maxHoldSeconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Guard(options => (options.Lease, options.MaxHold) = (TimeSpan.FromSeconds(leaseSeconds), TimeSpan.FromSeconds(maxHoldSeconds))));

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
        var state = Assert.Single((await _firewall.GetStatusAsync(BudgetScope.Global)).Budgets);
        return (state.Spent, state.Held);
    }
}
