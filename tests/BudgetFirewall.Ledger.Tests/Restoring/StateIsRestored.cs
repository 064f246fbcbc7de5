namespace BudgetFirewall.Ledger.Tests;

public abstract class StateIsRestored<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    private static readonly BudgetRequest Call = new() { Provider = "openai", Operation = "chat", UserId = "alice", ProjectId = "search", Cost = 0.25m };

    private static readonly BudgetScope Alice = BudgetScope.User("alice");

    private readonly List<BudgetWarning> _warnings = [];

    private IBudgetFirewall Build(Action<LedgerOptions>? configure = null, Func<ILedger, ILedger>? around = null) => new BudgetFirewallBuilder()
        .UseTimeProvider(Clock)
        .AddObserver(new Warnings(_warnings))
        .Configure(options =>
        {
            options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 1m });
            options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 10m, Period = BudgetPeriod.Month });
            options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 100m, Period = BudgetPeriod.None });
            options.Budgets.Add(new Budget { Scope = BudgetScope.Each("project"), Limit = 1_000m, Unit = "pages", Period = BudgetPeriod.Hour });
            options.Budgets.Add(new Budget { Scope = BudgetScope.Each("project"), Limit = 0.1m, Enforcement = Enforcement.Shadow });
        })
        .UseLedger(clock => around?.Invoke(Harness.Open(clock)) ?? Harness.Open(clock), configure)
        .Build();

    private static async Task<List<(string Id, decimal Spent, decimal Held, decimal Allowance, decimal Limit)>> StateOfAsync(IBudgetFirewall firewall)
    {
        var states = new List<(string, decimal, decimal, decimal, decimal)>();
        foreach (var scope in new[] { Alice, BudgetScope.User("bob"), BudgetScope.Global, BudgetScope.Project("search") })
            states.AddRange((await firewall.GetStatusAsync(scope)).Budgets.Select(budget => ($"{scope} {budget.BudgetId}", budget.Spent, budget.Held, budget.Allowance, budget.Limit)));
        return states;
    }

    [Fact]
    public async Task What_was_allocated_moves_no_counter_and_stands_after_a_restart()
    {
        List<(string Id, decimal Spent, decimal Held, decimal Allowance, decimal Limit)> before;
        await using (var firewall = Build())
        {
            await firewall.ChargeAsync(Call);
            before = await StateOfAsync(firewall);
        }
        await ((IAllocationLedger)Ledger).AllocateAsync(new() { Id = "fee", Source = "GPU", Amount = 90m, From = Noon.AddDays(-1), To = Noon.AddDays(1), Method = AllocationMethod.ByCost, Each = "user" });

        await using (var firewall = Build())
        {
            (await StateOfAsync(firewall)).Should().Equal(before);
            (await firewall.TrySpendAsync(Call)).IsAllowed.Should().BeTrue();
        }

        (await Ledger.ReportAsync(new() { From = Noon.AddDays(-1), To = Noon.AddDays(1), GroupBy = ["user"] })).Rows.Select(row => (row.Names[0], row.Amount, row.Allocated)).Should().Equal(("alice", 0.5m, 90m));
    }

    [Fact]
    public async Task What_was_spent_in_open_periods_is_spent_after_a_restart_and_holds_are_gone()
    {
        List<(string Id, decimal Spent, decimal Held, decimal Allowance, decimal Limit)> before;
        await using (var firewall = Build())
        {
            await firewall.ChargeAsync(Call with { Usage = new BudgetUsage { Units = new Dictionary<string, decimal> { ["pages"] = 7.5m } } });
            await firewall.SpendAsync(Call with { UserId = "bob" });
            before = await StateOfAsync(firewall);
            await firewall.ReserveAsync(Call with { Lease = TimeSpan.FromHours(1) });
        }

        await using (var firewall = Build())
        {
            (await StateOfAsync(firewall)).Should().Equal(before);
            (await firewall.TrySpendAsync(Call with { Cost = 0.8m })).IsAllowed.Should().BeFalse();
            (await firewall.TrySpendAsync(Call with { Cost = 0.75m })).IsAllowed.Should().BeTrue();
        }

        Clock.Advance(TimeSpan.FromDays(1));
        await using (var firewall = Build())
        {
            var alice = (await firewall.GetStatusAsync(Alice)).Budgets;
            alice.Single(budget => budget.Period == BudgetPeriod.Day).Spent.Should().Be(0m);
            alice.Single(budget => budget.Period == BudgetPeriod.Month).Spent.Should().Be(1m);
            (await firewall.GetStatusAsync(BudgetScope.Global)).Budgets.Single().Spent.Should().Be(1.25m);
        }
    }

    [Fact]
    public async Task Limits_that_were_set_at_run_time_are_those_that_were_set_last()
    {
        var rateLimit = new RateLimit { Scope = BudgetScope.Each("project"), Limit = 3m, Window = TimeSpan.FromHours(1), Algorithm = RateLimitAlgorithm.SlidingWindow };
        var kept = new Budget { Scope = Alice, Limit = 3m, Schedule = [new ScheduleRow { From = new(8, 0), Until = new(18, 0), Limit = 4m }] };
        await using (var firewall = Build())
        {
            await firewall.Budgets.SetAsync(kept with { Limit = 2m, Schedule = [] });
            await firewall.Budgets.SetManyAsync([kept, new Budget { Scope = BudgetScope.User("bob"), Limit = 0.5m, Id = "gone" }]);
            await firewall.RateLimits.SetAsync(rateLimit);
            await firewall.Budgets.RemoveAsync("gone");
        }

        await using (var firewall = Build())
        {
            (await firewall.Budgets.ListAsync()).Should().Contain(kept).And.NotContain(budget => budget.Id == "gone");
            (await firewall.RateLimits.ListAsync()).Should().Equal(rateLimit);
            await firewall.Budgets.SetAsync(kept with { Limit = 5m });
        }

        await using (var firewall = Build())
            (await firewall.Budgets.FindAsync(kept.Id)).Should().Be(kept with { Limit = 5m });
    }

    [Fact]
    public async Task A_pool_is_divided_as_before()
    {
        var pool = new QuotaPool { Id = "tokens", Limit = 90m, Unit = "pages", Members = [.. new[] { "a", "b", "c" }.Select(tenant => new QuotaMember { Scope = BudgetScope.Of("tenant", tenant) })] };
        var call = Call with { Dimensions = new Dictionary<string, string> { ["tenant"] = "a" }, Usage = new BudgetUsage { Units = new Dictionary<string, decimal> { ["pages"] = 20m } }, Cost = 0m };
        await using (var firewall = Build())
        {
            (await firewall.Quotas.AllocateAsync(pool))!.Allocations.Should().OnlyContain(allocation => allocation.Amount == 30m);
            await firewall.SpendAsync(call);
        }

        await using (var firewall = Build())
        {
            (await firewall.TrySpendAsync(call)).IsAllowed.Should().BeFalse();
            (await firewall.Quotas.GetAsync("tokens"))!.Allocations.Should().OnlyContain(allocation => allocation.Amount == 30m);
            var other = pool with { Limit = 30m };
            (await firewall.Quotas.UpdateAsync(other)).Should().NotBeNull();
            (await firewall.GetStatusAsync(BudgetScope.Of("tenant", "a"))).Budgets.Select(budget => (budget.Spent, budget.Limit)).Should().Equal((20m, 20m));
        }

        await using (var firewall = Build())
        {
            (await firewall.Quotas.GetAsync("tokens"))!.Pool.Limit.Should().Be(30m);
            (await firewall.Quotas.DeleteAsync("tokens")).Should().BeTrue();
        }

        await using (var firewall = Build())
        {
            (await firewall.Quotas.ListAsync()).Should().BeEmpty();
            (await firewall.Budgets.ListAsync()).Should().NotContain(budget => budget.PoolId != null);
        }
    }

    [Fact]
    public async Task Approvals_and_allowances_are_as_they_were_left()
    {
        var signature = new ApprovalSignature { By = "bob", OperationId = "approve-1" };
        string approved, pending;
        await using (var firewall = Build())
        {
            await firewall.Budgets.SetAsync(new() { Scope = BudgetScope.Each("team"), Limit = 1m, Enforcement = Enforcement.Escalate });
            approved = await AskAsync(firewall, "one");
            pending = await AskAsync(firewall, "two");
            await firewall.Approvals.ApproveAsync(approved, 2m, signature);
            await firewall.Budgets.GrantAsync(new() { BudgetId = "each:user/day", Scope = Alice, Amount = 1m, Reason = "launch", OperationId = "grant-1" });
        }

        await using (var firewall = Build())
        {
            (await firewall.Approvals.ListAsync(10, cursor: null)).Items.Select(approval => (approval.Id, approval.State)).Should().BeEquivalentTo([(approved, ApprovalState.Approved), (pending, ApprovalState.Pending)]);
            (await AskAsync(firewall, "two")).Should().Be(pending);
            (await firewall.Approvals.ApproveAsync(approved, 2m, signature)).Amount.Should().Be(2m);
            (await firewall.TrySpendAsync(Of("one", 2m))).IsAllowed.Should().BeTrue();
            await firewall.Approvals.ApproveAsync(pending, 1m, "carol");
            (await firewall.TrySpendAsync(Of("two", 2m))).IsAllowed.Should().BeTrue();
            (await firewall.Budgets.GrantAsync(new() { BudgetId = "each:user/day", Scope = Alice, Amount = 1m, Reason = "launch", OperationId = "grant-1" })).IsReplay.Should().BeTrue();
            (await firewall.GetStatusAsync(Alice)).Budgets.Single(budget => budget.Period == BudgetPeriod.Day).Allowance.Should().Be(1m);
        }

        async Task<string> AskAsync(IBudgetFirewall firewall, string team) => (await firewall.TrySpendAsync(Of(team, 2m))).ApprovalIds.Should().ContainSingle().Which;
        static BudgetRequest Of(string team, decimal cost) => new() { Provider = "openai", Cost = cost, Dimensions = new Dictionary<string, string> { ["team"] = team } };
    }

    [Fact]
    public async Task An_id_that_was_charged_is_not_charged_again_while_it_is_remembered()
    {
        await using (var firewall = Build())
        {
            await firewall.ChargeAsync(Call with { OperationId = "charge" });
            await firewall.SpendAsync(Call with { OperationId = "spend", OperationScope = "caller" });
            await using var reservation = await firewall.ReserveAsync(Call with { OperationId = "reservation" });
            await reservation.CommitAsync(0.125m);
        }
        Clock.Advance(TimeSpan.FromMinutes(59));

        await using (var firewall = Build())
        {
            var receipt = await firewall.ChargeAsync(Call with { OperationId = "charge" });
            (receipt.IsReplay, receipt.Cost).Should().Be((true, 0.25m));
            (await firewall.SpendAsync(Call with { OperationId = "spend", OperationScope = "caller" })).IsReplay.Should().BeTrue();
            await firewall.Awaiting(f => f.ReserveAsync(Call with { OperationId = "reservation" }).AsTask()).Should().ThrowAsync<OperationConflictException>();
            (await firewall.GetStatusAsync(Alice)).Budgets.Should().OnlyContain(budget => budget.Spent == 0.625m);
            (await firewall.SpendAsync(Call with { OperationId = "spend", Cost = 0.125m })).IsReplay.Should().BeFalse();
        }
        Clock.Advance(TimeSpan.FromMinutes(2));

        await using (var firewall = Build())
            (await firewall.ChargeAsync(Call with { OperationId = "charge" })).IsReplay.Should().BeFalse();
    }

    [Fact]
    public async Task A_warning_that_has_fired_does_not_fire_again()
    {
        await using (var firewall = Build())
            await firewall.ChargeAsync(Call with { Cost = 0.8125m });
        await using (var firewall = Build())
        {
            await firewall.ChargeAsync(Call with { Cost = 0.03125m });
            var budget = (await firewall.Budgets.ListAsync()).Single(budget => budget is { Scope.Kind: "user", Limit: 1m });
            await firewall.Budgets.ResetAsync(budget.Id, Alice);
            await firewall.ChargeAsync(Call with { Cost = 0.875m });
        }

        _warnings.Where(warning => warning is { Scope.Kind: "user", Limit: 1m }).Select(warning => warning.Spent).Should().Equal(0.8125m, 0.875m);
    }

    [Fact]
    public async Task An_allowance_that_ended_with_a_reset_is_not_restored()
    {
        await using (var firewall = Build())
        {
            await firewall.Budgets.GrantAsync(new() { BudgetId = "global/none", Scope = BudgetScope.Global, Amount = 5m, Reason = "launch" });
            await firewall.ChargeAsync(Call);
            await firewall.Budgets.ResetAsync("global/none", BudgetScope.Global);
            await firewall.Budgets.GrantAsync(new() { BudgetId = "global/none", Scope = BudgetScope.Global, Amount = 1m, Reason = "launch" });
        }

        await using (var firewall = Build())
            (await firewall.GetStatusAsync(BudgetScope.Global)).Budgets.Select(budget => (budget.Spent, budget.Allowance)).Should().Equal((0m, 1m));
    }

    [Fact]
    public async Task What_a_process_that_was_killed_has_left_in_the_journal_is_restored_too()
    {
        var folder = Directory.CreateTempSubdirectory("ledger-journal").FullName;
        var (path, left) = (Path.Combine(folder, "journal"), Path.Combine(folder, "left"));
        var away = new AwayLedger();
        List<(string Id, decimal Spent, decimal Held, decimal Allowance, decimal Limit)> before;
        var firewall = Build(options => options.JournalPath = path, ledger => away.Around(ledger));
        await firewall.ChargeAsync(Call);
        await firewall.Budgets.SetAsync(new() { Scope = Alice, Limit = 7m });
        await firewall.Budgets.GrantAsync(new() { BudgetId = "each:user/month", Scope = Alice, Amount = 1m, Reason = "launch" });
        before = await StateOfAsync(firewall);
        File.Copy(path, left);

        await using (var next = Build(options => options.JournalPath = left))
            (await StateOfAsync(next)).Should().Equal(before);
        await using (var next = Build(options => options.JournalPath = left))
            (await StateOfAsync(next)).Should().Equal(before);

        away.IsAway = false;
        Clock.Advance(TimeSpan.FromSeconds(1));
        await firewall.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Random_calls_and_restarts_end_as_without_restarts()
    {
        await using var without = new BudgetFirewallBuilder().UseTimeProvider(Clock).Configure(options =>
        {
            options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 1m });
            options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 10m, Period = BudgetPeriod.Month });
            options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 100m, Period = BudgetPeriod.None });
            options.Budgets.Add(new Budget { Scope = BudgetScope.Each("project"), Limit = 1_000m, Unit = "pages", Period = BudgetPeriod.Hour });
            options.Budgets.Add(new Budget { Scope = BudgetScope.Each("project"), Limit = 0.1m, Enforcement = Enforcement.Shadow });
        }).Build();
        var random = new Random(18);
        for (var run = 0; run < 8; run++)
        {
            await using var firewall = Build();
            for (var i = 0; i < 25; i++)
            {
                var call = Call with { UserId = random.Next(2) == 0 ? "alice" : "bob", Cost = random.Next(1, 1_000_000) / 10_000_000m, OperationId = $"{random.Next(60)}" };
                var (kind, amount) = (random.Next(6), random.Next(1, 100) / 10m);
                foreach (var each in new[] { firewall, without })
                    await DoAsync(each, kind, call, amount);
            }
            (await StateOfAsync(firewall)).Should().Equal(await StateOfAsync(without));
            Clock.Advance(TimeSpan.FromMinutes(random.Next(200)));
        }

        static async Task DoAsync(IBudgetFirewall firewall, int kind, BudgetRequest call, decimal amount)
        {
            var scope = BudgetScope.User(call.UserId!);
            switch (kind)
            {
                case 0: await firewall.Budgets.SetAsync(new() { Scope = scope, Limit = amount }); break;
                case 1: await firewall.Budgets.RemoveAsync($"user={call.UserId}/day"); break;
                case 2: await firewall.Budgets.ResetAsync("global/none", BudgetScope.Global); break;
                case 3: await firewall.Budgets.GrantAsync(new() { BudgetId = "global/none", Scope = BudgetScope.Global, Amount = amount, Reason = "r" }); break;
                case 4: await firewall.TrySpendAsync(call with { OperationId = null }); break;
                default: await firewall.ChargeAsync(call with { OperationId = null }); break;
            }
        }
    }

    [Fact]
    public async Task Allowances_that_were_taken_back_are_answered_again_as_they_were()
    {
        var allowance = new BudgetAllowance { BudgetId = "global/none", Scope = BudgetScope.Global, Amount = 5m, Reason = "launch", OperationId = "given" };
        await using (var firewall = Build())
        {
            await firewall.Budgets.GrantAsync(allowance);
            (await firewall.Budgets.RevokeAsync(allowance with { Amount = 2m, OperationId = "taken" })).IsReplay.Should().BeFalse();
        }

        await using (var firewall = Build())
        {
            (await firewall.Budgets.RevokeAsync(allowance with { Amount = 2m, OperationId = "taken" })).Should().BeEquivalentTo(new { IsReplay = true, Amount = -2m });
            (await firewall.GetStatusAsync(BudgetScope.Global)).Budgets.Single().Allowance.Should().Be(3m);
        }
    }

    [Theory]
    [InlineData(1, "Limit")]
    [InlineData(2, "Document")]
    [InlineData(3, "Approval")]
    public async Task What_a_later_version_has_kept_in_a_way_of_its_own_is_told_and_nothing_is_decided(int kind, string name)
    {
        await using (var firewall = Build())
        {
            await firewall.Budgets.SetAsync(new() { Scope = BudgetScope.Each("team"), Limit = 1m, Enforcement = Enforcement.Escalate });
            await firewall.Quotas.AllocateAsync(new() { Id = "tokens", Limit = 90m, Members = [new() { Scope = BudgetScope.Of("tenant", "a") }] });
            (await firewall.TrySpendAsync(new() { Provider = "openai", Cost = 2m, Dimensions = new Dictionary<string, string> { ["team"] = "one" } })).ApprovalIds.Should().ContainSingle();
        }
        await ExecuteAsync($$"""update ledger_store_state set content = '{"zz":1,' || substr(content, 2) where kind = {{kind}}""");

        await using var again = Build();

        var decision = await again.TrySpendAsync(Call);
        (decision.Outcome, decision.StoreFailure!.Message).Should().Match<(DecisionOutcome Outcome, string Message)>(told =>
            told.Outcome == DecisionOutcome.StoreUnavailable && told.Message.Contains($"keeps the {name} '") && told.Message.Contains("a later version"));
    }

    [Fact]
    public async Task What_could_not_be_read_is_read_again_after_the_time_and_not_before()
    {
        var unreadable = new UnreadableLedger();
        await using var firewall = Build(options => options.RetryAfter = TimeSpan.FromSeconds(5), ledger => unreadable.Around(ledger));
        (await firewall.TryCheckAsync(Call)).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        Clock.Advance(TimeSpan.FromSeconds(4.9));
        (await firewall.TryCheckAsync(Call)).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        unreadable.Attempts.Should().Be(1);

        Clock.Advance(TimeSpan.FromSeconds(0.1));
        (await firewall.TryCheckAsync(Call)).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        unreadable.Attempts.Should().Be(2);
        unreadable.IsReadable = true;
        (await firewall.TryCheckAsync(Call)).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
        Clock.Advance(TimeSpan.FromSeconds(6));

        (await firewall.TryCheckAsync(Call)).IsAllowed.Should().BeTrue();
        unreadable.Attempts.Should().Be(3);
    }

    [Fact]
    public async Task Where_state_is_not_restored_every_change_is_made_and_is_an_entry_all_the_same()
    {
        await using (var firewall = Build(options => options.RestoreState = false))
        {
            await firewall.Budgets.SetAsync(new() { Id = "team", Scope = BudgetScope.Each("team"), Limit = 1m, Enforcement = Enforcement.Escalate });
            await firewall.Quotas.AllocateAsync(new() { Id = "tokens", Limit = 90m, Members = [new() { Scope = BudgetScope.Of("tenant", "a") }] });
            var asked = new List<string>();
            foreach (var team in new[] { "one", "two" })
                asked.Add((await firewall.TrySpendAsync(new() { Provider = "openai", Cost = 2m, Dimensions = new Dictionary<string, string> { ["team"] = team } })).ApprovalIds.Single());
            await firewall.Approvals.ApproveAsync(asked[0], 1m, "bob");
            await firewall.Approvals.DenyAsync(asked[1], new ApprovalSignature { By = "bob" });
            await firewall.Budgets.RemoveAsync("team");
        }

        (await CountAsync("count(*) from ledger_store_state")).Should().Be(0);
        (await ReadAllAsync(new())).Where(entry => entry.Kind != LedgerEntryKind.Denial).Select(entry => entry.Kind).Should().BeEquivalentTo(
        [
            LedgerEntryKind.BudgetChange, LedgerEntryKind.PoolChange, LedgerEntryKind.ApprovalChange, LedgerEntryKind.ApprovalChange, LedgerEntryKind.ApprovalChange, LedgerEntryKind.ApprovalChange,
            LedgerEntryKind.Allowance, LedgerEntryKind.BudgetChange,
        ]);
    }

    private sealed class UnreadableLedger : LedgerAround
    {
        public bool IsReadable { get; set; }

        public int Attempts { get; private set; }

        public override ValueTask<int> AppendAsync(IReadOnlyList<LedgerEntry> entries, IReadOnlyList<StateChange> changes, CancellationToken cancellationToken = default)
        {
            if (entries.Count == 0 && changes.Count == 0)
                Attempts++;
            return IsReadable ? base.AppendAsync(entries, changes, cancellationToken) : throw new LedgerException("It cannot be read.");
        }
    }

    private sealed class Warnings(List<BudgetWarning> warnings) : IBudgetObserver
    {
        public void OnWarning(BudgetWarning warning) => warnings.Add(warning);
    }
}
