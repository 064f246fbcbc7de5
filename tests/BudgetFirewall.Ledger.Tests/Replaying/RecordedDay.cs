using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>A day of calls under limits of every kind, made up by a seed and recorded in a ledger.</summary>
internal sealed class RecordedDay(ServiceProvider services, Conformance.ManualTimeProvider clock, int seed)
{
    private static readonly string[] Providers = ["openai", "anthropic", "brave"];

    private readonly Random _random = new(seed);
    private readonly IBudgetFirewall _firewall = services.GetRequiredService<IBudgetFirewall>();
    private readonly ILedgerFeed _feed = services.GetRequiredService<ILedgerFeed>();
    private readonly List<(BudgetReservation Reservation, DateTimeOffset EndsAt)> _open = [];

    /// <summary>Limits of every algorithm, period and enforcement.</summary>
    public static void Limits(BudgetFirewallOptions options)
    {
        options.MaxWait = TimeSpan.FromSeconds(2);
        options.Budgets.Add(new() { Id = "all", Scope = BudgetScope.Global, Limit = 160m });
        options.Budgets.Add(new() { Id = "users", Scope = BudgetScope.Each("user"), Limit = 3m, Period = BudgetPeriod.Hour });
        options.Budgets.Add(new() { Id = "bob", Scope = BudgetScope.User("user-1"), Limit = 1.5m, Period = BudgetPeriod.Hour });
        options.Budgets.Add(new() { Id = "tokens", Scope = BudgetScope.Each("project"), Limit = 400_000m, Unit = "input_tokens", Period = BudgetPeriod.Day });
        options.Budgets.Add(new() { Id = "soft", Scope = BudgetScope.Project("project-0"), Limit = 5m, Enforcement = Enforcement.Soft });
        options.Budgets.Add(new() { Id = "shadow", Scope = BudgetScope.Each("tenant"), Limit = 8m, Enforcement = Enforcement.Shadow });
        options.Budgets.Add(new() { Id = "slow", Scope = BudgetScope.Provider("brave"), Limit = 2m, Period = BudgetPeriod.Hour, Enforcement = Enforcement.Throttle, Throttle = new() { RatePerSecond = 0.02m, Ceiling = 4m } });
        options.Budgets.Add(new() { Id = "asking", Scope = BudgetScope.Project("project-2"), Limit = 4m, Enforcement = Enforcement.Escalate });
        options.RateLimits.Add(new() { Id = "bucket", Scope = BudgetScope.Each("user"), Capacity = 12_000, RefillPerSecond = 25, Unit = "input_tokens" });
        options.RateLimits.Add(new() { Id = "queue", Scope = BudgetScope.Provider("anthropic"), Algorithm = RateLimitAlgorithm.LeakyBucket, RatePerSecond = 3_000, Unit = "input_tokens" });
        options.RateLimits.Add(new() { Id = "fixed", Scope = BudgetScope.Each("project"), Algorithm = RateLimitAlgorithm.FixedWindow, Limit = 4, Window = TimeSpan.FromMinutes(5) });
        options.RateLimits.Add(new() { Id = "sliding", Scope = BudgetScope.Each("tenant"), Algorithm = RateLimitAlgorithm.SlidingWindow, Limit = 6, Window = TimeSpan.FromMinutes(5) });
        options.RateLimits.Add(new() { Id = "watched", Scope = BudgetScope.Global, Capacity = 5, RefillPerSecond = 0.02m, Enforcement = Enforcement.Shadow });
    }

    public async Task PlayAsync(int calls)
    {
        // The first call waits until the ledger is read, by a clock that stands.
        await _firewall.GetStatusAsync(BudgetScope.Global);
        for (var i = 0; i < calls; i++)
        {
            // Some calls come within the same millisecond.
            clock.Advance(_random.Next(3) == 0 ? TimeSpan.FromMicroseconds(_random.Next(1, 200)) : TimeSpan.FromMilliseconds(_random.Next(1, 90_000)));
            await EndCallsAsync();
            await CallAsync(i);
            if (i % 100 == 99)
                await _feed.FlushAsync();
        }
        clock.Advance(TimeSpan.FromMinutes(10));
        await EndCallsAsync();
        await _feed.FlushAsync();
    }

    private async Task CallAsync(int number)
    {
        var request = new BudgetRequest
        {
            Provider = Providers[_random.Next(Providers.Length)],
            Operation = "chat",
            UserId = $"user-{_random.Next(4)}",
            ProjectId = $"project-{_random.Next(3)}",
            Dimensions = new Dictionary<string, string> { ["tenant"] = $"tenant-{_random.Next(2)}" },
            Cost = _random.Next(1, 600) / 1_000m,
            Usage = _random.Next(5) == 0 ? null : BudgetUsage.Tokens(_random.Next(100, 9_000), 50),
            OperationId = $"call-{number}",
        };
        switch (_random.Next(16))
        {
            case < 7:
                if (await InTimeAsync(_firewall.TryReserveAsync(request)) is { IsGranted: true } reservation)
                    _open.Add((reservation, clock.GetUtcNow() + TimeSpan.FromSeconds(_random.Next(480))));
                break;
            case < 10:
                await InTimeAsync(_firewall.TrySpendAsync(request));
                break;
            case < 12:
                // One without a cost asks whether anything is left.
                await InTimeAsync(_firewall.TryCheckAsync(_random.Next(2) == 0 ? request : request with { Cost = null }));
                break;
            case 12:
                await _firewall.ChargeAsync(request);
                break;
            case 13:
                await _firewall.Budgets.ResetAsync("users", BudgetScope.User(request.UserId!));
                break;
            case 14:
                await _firewall.Budgets.GrantAsync(new() { BudgetId = "tokens", Scope = BudgetScope.Project(request.ProjectId!), Amount = 5_000m, Reason = "a campaign" });
                await ApproveAsync();
                break;
            default:
                await ChangeAsync(number, request);
                break;
        }
    }

    private async Task ChangeAsync(int number, BudgetRequest request)
    {
        await _firewall.Budgets.SetAsync(new() { Id = "team", Scope = BudgetScope.Project("project-1"), Limit = 3m + _random.Next(5), Period = BudgetPeriod.Hour });
        if (_random.Next(3) == 0)
            await _firewall.RateLimits.RemoveAsync("set");
        else
            await _firewall.RateLimits.SetAsync(new() { Id = "set", Scope = BudgetScope.User("user-2"), Algorithm = RateLimitAlgorithm.FixedWindow, Limit = 2, Window = TimeSpan.FromMinutes(10) });
        clock.Advance(TimeSpan.FromMilliseconds(3));
        await _firewall.ChargeAsync(request);
        clock.Advance(TimeSpan.FromMilliseconds(3));
        await _feed.FlushAsync();
        await _firewall.RefundAsync(new() { OperationId = request.OperationId!, CorrectionId = $"note-{number}" }, request.Cost / 2);
    }

    private async Task ApproveAsync()
    {
        clock.Advance(TimeSpan.FromMilliseconds(3));
        foreach (var approval in (await _firewall.Approvals.ListAsync(1, cursor: null, ApprovalState.Pending)).Items)
            await _firewall.Approvals.ApproveAsync(approval.Id, 1m, by: "carol");
    }

    private async Task EndCallsAsync()
    {
        foreach (var (reservation, endsAt) in _open.Where(open => open.EndsAt <= clock.GetUtcNow()).ToList())
        {
            clock.Advance(TimeSpan.FromMicroseconds(_random.Next(1, 300)));
            _open.Remove((reservation, endsAt));
            // One of ten is given up, and its lease ends what it holds.
            if (_random.Next(10) > 0)
                await reservation.CommitAsync(reservation.Cost * _random.Next(50, 150) / 100m);
        }
    }

    // A call may wait for its turn, which needs time.
    private async Task<T> InTimeAsync<T>(ValueTask<T> calling)
    {
        var call = calling.AsTask();
        while (!call.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(50));
            await Task.WhenAny(call, Task.Delay(5));
        }
        return await call;
    }
}
