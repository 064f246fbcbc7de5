namespace BudgetFirewall.Conformance;

/// <summary>Every store asks for approvals, ends them and counts allowances as the one in memory does, whatever the kind of budget, to the nano.</summary>
public abstract class ApprovalsAgree<THarness> : StoreTests<THarness>
    where THarness : StoreHarness, new()
{
    private static readonly TimeSpan Retention = TimeSpan.FromHours(1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Random_calls_answers_and_allowances_come_to_the_same_as_in_memory(int seed)
    {
        var random = new Random(seed);
        var clock = new ManualTimeProvider(Harness.Now);
        var firewall = Firewall(Configure);
        await using var memory = new BudgetFirewallBuilder().Configure(Configure).UseTimeProvider(clock).Build();
        var open = new List<(BudgetReservation One, BudgetReservation Other)>();
        for (var i = 0; i < Harness.Scaled(600); i++)
        {
            await PassAsync(random, clock);
            var because = $"of step {i} of seed {seed}";
            switch (random.Next(8))
            {
                case 0 or 1:
                    await DecideAsync(random, firewall, memory, because);
                    break;
                case 2:
                    await ChangeAsync(random, firewall, memory, because);
                    break;
                case 3 when open.Count > 0:
                    var (one, other) = open[^1];
                    open.RemoveAt(open.Count - 1);
                    (await EndedAsync(one, i)).Should().Be(await EndedAsync(other, i), because);
                    break;
                default:
                    var request = AnyRequest(random);
                    var (left, right) = (await firewall.TryReserveAsync(request), await memory.TryReserveAsync(request));
                    TextOf(left.Decision).Should().Be(TextOf(right.Decision), because);
                    if (left.IsGranted)
                        open.Add((left, right));
                    break;
            }
            (await StatesAsync(firewall)).Should().Equal(await StatesAsync(memory), because);
            (await KeptAsync(firewall)).Select(TextOf).Should().Equal((await KeptAsync(memory)).Select(TextOf), because);
        }
        // The counters of periods that do not end are all that is kept for ever.
        (await Harness.CaptureAsync()).Where(line => line.EndsWith(" -1", StringComparison.Ordinal) && !line.Contains(":v1:c:", StringComparison.Ordinal)).Should().BeEmpty();
    }

    private static void Configure(BudgetFirewallOptions options)
    {
        var escalating = new Budget { Scope = BudgetScope.Each("user"), Limit = 10m, Enforcement = Enforcement.Escalate };
        options.Approvals.Lifetime = TimeSpan.FromMinutes(20);
        options.Approvals.Retention = Retention;
        options.Approvals.AskAgainAfter = TimeSpan.FromMinutes(7);
        options.ReservationLease = TimeSpan.FromMinutes(10);
        options.OperationIdRetention = TimeSpan.FromHours(24);
        options.Budgets.AddRange(
        [
            escalating with { Id = "users" },
            escalating with { Id = "records", Period = BudgetPeriod.Hour, Unit = Record, Limit = 40m },
            escalating with { Id = "india", Scope = SearchScope, TimeZone = "Asia/Kolkata", Period = BudgetPeriod.Hour, Limit = 30.000000001m },
            escalating with { Id = "endless", Scope = SearchScope, Period = BudgetPeriod.None, Limit = 60m },
            escalating with
            {
                Id = "anchored", Scope = BudgetScope.Global, Period = BudgetPeriod.Every(TimeSpan.FromMinutes(37), new(2020, 1, 1, 0, 0, 1, TimeSpan.Zero)), Limit = 45m, Name = "thirty-seven",
            },
            escalating with
            {
                Id = "hours", Scope = BudgetScope.Global, Limit = 50m, PriorityHeadroom = new Dictionary<string, decimal> { ["batch"] = 0.3m }, Models = ["m"],
                Schedule = [new() { From = new(20, 0), Until = new(10, 0), Limit = 20m }],
            },
            escalating with
            {
                Id = "by use", Scope = ProviderScope, Period = BudgetPeriod.Hour, Limit = 35m, Operations = ["quote"],
                LimitFromUsage = new() { Periods = 2, Percentile = 0.5m, Factor = 1.1m, Floor = 5m, Ceiling = 70m },
            },
            new() { Id = "hard", Scope = BudgetScope.User("u1"), Limit = 80m, Period = BudgetPeriod.None },
        ]);
    }

    private static BudgetRequest AnyRequest(Random random) => new()
    {
        Provider = Provider,
        UserId = $"u{random.Next(3)}",
        ProjectId = random.Next(2) == 0 ? Search : null,
        Model = random.Next(3) == 0 ? "m" : null,
        Operation = random.Next(3) == 0 ? "quote" : "request",
        Cost = random.Next(1, 9) + (random.Next(1_000_000_000) * Nano),
        Usage = Records(random.Next(9)),
        Priority = random.Next(3) == 0 ? "batch" : null,
    };

    private async ValueTask PassAsync(Random random, ManualTimeProvider clock)
    {
        // Questions are remembered for a second, by the clock of callers.
        await Harness.PassAsync(2 * Second + TimeSpan.FromMilliseconds(random.Next(10) == 0 ? random.Next(1_500_000) : random.Next(60_000)));
        if (Harness.CanMoveBackwards && random.Next(40) == 0)
            await Harness.MoveToAsync(Harness.Now - TimeSpan.FromMilliseconds(random.Next(5_000)));
        clock.MoveTo(Harness.Now);
    }

    private async ValueTask DecideAsync(Random random, IBudgetFirewall firewall, IBudgetFirewall memory, string because)
    {
        var pending = (await KeptAsync(memory)).Where(approval => approval.State == ApprovalState.Pending || random.Next(20) == 0).ToList();
        if (pending.Count == 0)
            return;
        var other = pending[random.Next(pending.Count)];
        var one = (await KeptAsync(firewall)).Single(approval => TextOf(approval) == TextOf(other));
        var (kind, amount) = (random.Next(4), random.Next(1, 30) + (other.Unit is null ? random.Next(1_000_000_000) * Nano : 0m));
        (await DecideAsync(firewall, one.Id, kind, amount)).Should().Be(await DecideAsync(memory, other.Id, kind, amount), because);
    }

    private static async ValueTask<string> DecideAsync(IBudgetFirewall firewall, string id, int kind, decimal amount)
    {
        try
        {
            return TextOf(kind switch
            {
                0 => await firewall.Approvals.DenyAsync(id, new() { By = "bob" }),
                1 => await firewall.Approvals.CancelAsync(id, new() { Note = "no\nmore \u0000" }),
                _ => await firewall.Approvals.ApproveAsync(id, amount, "bob", "for ä \ud83d\ude00"),
            });
        }
        catch (ApprovalConflictException e)
        {
            return $"conflict with {TextOf(e.Approval)}";
        }
    }

    private static async ValueTask ChangeAsync(Random random, IBudgetFirewall firewall, IBudgetFirewall memory, string because)
    {
        (string Id, BudgetScope Scope)[] budgets =
        [
            ("users", BudgetScope.User("u0")), ("india", SearchScope), ("endless", SearchScope), ("hours", BudgetScope.Global), ("by use", ProviderScope), ("hard", BudgetScope.User("u1")),
        ];
        var (id, scope) = budgets[random.Next(budgets.Length)];
        if (random.Next(6) == 0)
        {
            await firewall.Budgets.ResetAsync(id, scope);
            await memory.Budgets.ResetAsync(id, scope);
            return;
        }
        var allowance = new BudgetAllowance { BudgetId = id, Scope = scope, Amount = random.Next(1, 20) + (random.Next(1_000_000_000) * Nano), Reason = "because" };
        var (one, other) = random.Next(2) == 0
            ? (await firewall.Budgets.GrantAsync(allowance), await memory.Budgets.GrantAsync(allowance))
            : (await firewall.Budgets.RevokeAsync(allowance), await memory.Budgets.RevokeAsync(allowance));
        (one.Amount, one.Allowance, one.Budget.ToString()).Should().Be((other.Amount, other.Allowance, other.Budget.ToString()), because);
    }

    private static async ValueTask<string> EndedAsync(BudgetReservation reservation, int step)
    {
        if (step % 3 == 0)
        {
            await reservation.ReleaseAsync();
            return "released";
        }
        var receipt = await reservation.CommitAsync(reservation.Cost + (step % 2 == 0 ? Nano : -Nano));
        var warnings = receipt.Warnings.Select(warning => $"{warning.BudgetId} {warning.Threshold} {warning.Spent} {warning.Allowance}");
        return $"{receipt.Cost} {receipt.Overrun} {receipt.IsLate} {string.Join(", ", warnings)}";
    }

    // A store may forget an approval that is past its time, and need not.
    private async ValueTask<List<Approval>> KeptAsync(IBudgetFirewall firewall)
    {
        var kept = new List<Approval>();
        await foreach (var approval in firewall.Approvals.ListAsync())
        {
            if ((approval.DecidedAt ?? approval.ExpiresAt) + Retention > Harness.Now)
                kept.Add(approval);
        }
        return [.. kept.OrderBy(approval => approval.RequestedAt).ThenBy(TextOf, StringComparer.Ordinal)];
    }

    private static async ValueTask<List<string>> StatesAsync(IBudgetFirewall firewall)
    {
        var states = new List<string>();
        foreach (var scope in new[] { BudgetScope.User("u0"), BudgetScope.User("u1"), SearchScope, BudgetScope.Global, ProviderScope })
            states.AddRange((await firewall.GetStatusAsync(scope)).Budgets.Select(state => (state with { AsOf = default }).ToString()));
        return states;
    }

    private static string TextOf(BudgetDecision decision) =>
        $"{decision.Outcome} {decision.RetryAfter} {decision.ApprovalIds.Count} {string.Join(", ", decision.Limits)}";

    private static string TextOf(Approval approval) => (approval with { Id = "" }).ToString();
}
