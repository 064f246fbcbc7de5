using BudgetFirewall.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.Ledger.Tests;

public abstract class ChargesAreRecorded<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    private static readonly BudgetRequest Call = new()
    {
        Provider = "openai", Operation = "chat", Model = "gpt", UserId = "alice", ProjectId = "search", Dimensions = new Dictionary<string, string> { ["tenant"] = "acme" },
        Usage = BudgetUsage.Tokens(1_000, 100), OperationId = "call-1", OperationScope = "caller",
    };

    private static readonly LedgerQuery Spent = new() { Kinds = [LedgerEntryKind.Charge, LedgerEntryKind.Spend, LedgerEntryKind.Commit] };

    private IBudgetFirewall Build(Action<LedgerOptions>? configure = null, Func<ILedger, ILedger>? around = null) => new BudgetFirewallBuilder()
        .UseTimeProvider(Clock)
        .Configure(options =>
        {
            options.Currency = "EUR";
            options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 1m });
            options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 100m, Period = BudgetPeriod.None });
            options.Budgets.Add(new Budget { Scope = BudgetScope.Each("project"), Limit = 1_000_000m, Unit = "input_tokens", Period = BudgetPeriod.Month });
            options.Pricing.Models["gpt"] = new ModelPrice { Input = 0.00001m, Output = 0.00004m };
        })
        .UseLedger(clock => around?.Invoke(Harness.Open(clock)) ?? Harness.Open(clock), configure)
        .Build();

    [Fact]
    public async Task A_charge_is_recorded_with_its_counters_lines_and_names()
    {
        await using (var firewall = Build())
        {
            await firewall.ChargeAsync(Call);
            (await firewall.ChargeAsync(Call)).IsReplay.Should().BeTrue();
        }

        var entry = (await ReadAllAsync(new())).Should().ContainSingle().Which;
        (entry.Kind, entry.OperationId, entry.OperationScope, entry.Time, entry.Operation, entry.Amount, entry.Currency).Should().Be((LedgerEntryKind.Charge, "call-1", "caller", Noon, "chat", 0.014m, "EUR"));
        entry.Scopes.Should().BeEquivalentTo(new Dictionary<string, string> { ["provider"] = "openai", ["model"] = "gpt", ["user"] = "alice", ["project"] = "search", ["tenant"] = "acme" });
        entry.Lines.Should().Equal(new CostLine("input_tokens", 1_000, 0.00001m, 0.01m), new CostLine("output_tokens", 100, 0.00004m, 0.004m));
        entry.Usage.Should().Be(Call.Usage);
        entry.Counters.Should().BeEquivalentTo(
        [
            new LedgerCounter("user/day", BudgetScope.User("alice"), Noon.AddHours(-12), null, 14_000_000),
            new LedgerCounter("global/none", BudgetScope.Global, null, null, 14_000_000),
            new LedgerCounter("project/month/input_tokens", BudgetScope.Project("search"), Noon.AddHours(-12).AddDays(-9), "input_tokens", 1_000_000_000),
        ]);
    }

    [Fact]
    public async Task What_is_repeated_later_is_recorded_once_and_what_is_released_not_at_all()
    {
        await using (var firewall = Build())
        {
            var reservation = await firewall.ReserveAsync(Call with { OperationId = "held", Lease = TimeSpan.FromHours(1) });
            var released = await firewall.ReserveAsync(Call with { OperationId = "released", Lease = TimeSpan.FromHours(1) });
            for (var i = 0; i < 2; i++)
            {
                (await firewall.ChargeAsync(Call with { OperationId = "charge", Cost = 0.001m })).IsReplay.Should().Be(i > 0);
                (await firewall.SpendAsync(Call with { OperationId = "spend", Cost = 0.001m })).IsReplay.Should().Be(i > 0);
                await firewall.CommitAsync(reservation.Id, 0.001m);
                Clock.Advance(TimeSpan.FromMinutes(1));
            }
            await firewall.ReleaseAsync(released.Id);
        }

        (await ReadAllAsync(new())).Select(entry => (entry.OperationId, entry.Kind, entry.Time)).Should().BeEquivalentTo(
            [("charge", LedgerEntryKind.Charge, Noon), ("spend", LedgerEntryKind.Spend, Noon), ("held", LedgerEntryKind.Commit, Noon)]);
    }

    [Fact]
    public async Task A_commit_is_recorded_with_what_was_used_and_what_was_held()
    {
        await using (var firewall = Build())
        {
            await using var reservation = await firewall.ReserveAsync(Call with { Lease = TimeSpan.FromHours(12) });
            Clock.Advance(TimeSpan.FromHours(12.5));
            await reservation.CommitAsync(BudgetUsage.Tokens(500, 50_000));
        }

        var entry = (await ReadAllAsync(new())).Should().ContainSingle().Which;
        (entry.Kind, entry.Amount, entry.HeldNanos, entry.OverrunNanos, entry.IsLate, entry.Time).Should().Be((LedgerEntryKind.Commit, 2.005m, 14_000_000, 1_005_000_000, true, Noon.AddHours(12.5)));
        entry.Usage.Should().Be(BudgetUsage.Tokens(500, 50_000));
        entry.Lines.Sum(line => line.Amount).Should().Be(2.005m);
        entry.Counters.Single(counter => counter.Family == "user/day").PeriodStart.Should().Be(Noon.AddHours(-12), "a commit is charged to the period of its hold");
    }

    [Fact]
    public async Task Nothing_else_is_recorded_than_what_changes_a_counter_where_denials_are_left_out()
    {
        await using (var firewall = Build(options => options.RecordDenials = false))
        {
            await firewall.CheckAsync(Call);
            await firewall.ExplainAsync(Call);
            await using (await firewall.ReserveAsync(Call with { OperationId = "released" }))
            {
            }
            (await firewall.TrySpendAsync(Call with { OperationId = "denied", Cost = 5m })).IsAllowed.Should().BeFalse();
            await firewall.SpendAsync(Call with { OperationId = "spent", Cost = 0.5m });
        }

        var entry = (await ReadAllAsync(new())).Should().ContainSingle().Which;
        (entry.Kind, entry.OperationId, entry.Amount).Should().Be((LedgerEntryKind.Spend, "spent", 0.5m));
        entry.Lines.Should().Equal(new CostLine("cost", 1, 0.5m, 0.5m));
    }

    [Fact]
    public async Task A_reset_takes_away_what_was_spent_so_that_the_sum_of_the_ledger_is_what_the_store_says()
    {
        await using (var firewall = Build())
        {
            await firewall.ChargeAsync(Call with { OperationId = null, Cost = 0.25m });
            var budget = (await firewall.Budgets.ListAsync()).Single(budget => budget.Scope.Kind == "user");
            await firewall.Budgets.ResetAsync(budget.Id, BudgetScope.User("alice"));
            await firewall.Budgets.ResetAsync(budget.Id, BudgetScope.User("alice"));
            await firewall.ChargeAsync(Call with { OperationId = null, Cost = 0.125m });
        }

        var entries = await ReadAllAsync(Of(("user", "alice")));
        entries.Select(entry => entry.Kind).Should().BeEquivalentTo([LedgerEntryKind.Charge, LedgerEntryKind.Reset, LedgerEntryKind.Charge]);
        entries.Single(entry => entry.Kind == LedgerEntryKind.Reset).Counters.Should().Equal(new LedgerCounter("user/day", BudgetScope.User("alice"), Noon.AddHours(-12), null, -250_000_000));
        entries.SelectMany(entry => entry.Counters).Where(counter => counter.Family == "user/day").Sum(counter => counter.Amount).Should().Be(0.125m);
    }

    [Fact]
    public async Task An_allowance_is_recorded_as_it_is_given_and_as_it_is_taken_back()
    {
        await using (var firewall = Build())
        {
            var budget = (await firewall.Budgets.ListAsync()).Single(budget => budget.Scope.Kind == "user");
            var allowance = new BudgetAllowance { BudgetId = budget.Id, Scope = BudgetScope.User("alice"), Amount = 2m, Reason = "the launch", By = "bob", OperationId = "allowance-1" };
            await firewall.Budgets.GrantAsync(allowance);
            await firewall.Budgets.GrantAsync(allowance);
            await firewall.ChargeAsync(Call with { Cost = 2.5m });
            await firewall.Budgets.RevokeAsync(allowance with { OperationId = "allowance-2" });
        }

        var entries = await ReadAllAsync(new() { Kinds = [LedgerEntryKind.Allowance], Scopes = new Dictionary<string, string> { ["user"] = "alice" } });
        entries.Select(entry => (entry.OperationId, entry.Counters.Single().Amount, entry.Counters.Single().Family, entry.Amount, entry.Actor, entry.Reason))
            .Should().BeEquivalentTo([("allowance-1", 2m, "user/day", 0m, "bob", "the launch"), ("allowance-2", -0.5m, "user/day", 0m, "bob", "the launch")]);
        (await CountAsync("max(moved) from ledger_counter_totals where moved < 1000000000000")).Should().Be(2_500_000_000);
    }

    [Fact]
    public async Task What_is_approved_is_recorded_once_as_an_allowance_under_the_approvals_id()
    {
        string id;
        await using (var firewall = Build())
        {
            await firewall.Budgets.SetAsync(new() { Scope = BudgetScope.Project("demo"), Limit = 1m, Enforcement = Enforcement.Escalate });
            id = (await firewall.TrySpendAsync(new() { Provider = "openai", ProjectId = "demo", Cost = 2m })).ApprovalIds.Should().ContainSingle().Which;
            var signature = new ApprovalSignature { By = "bob", Note = "the launch", OperationId = "approve-1" };
            await firewall.Approvals.ApproveAsync(id, 1.5m, signature);
            await firewall.Approvals.ApproveAsync(id, 1.5m, signature);
        }

        var entry = (await ReadAllAsync(new() { Kinds = [LedgerEntryKind.Allowance] })).Should().ContainSingle().Which;
        (entry.OperationId, entry.Counters.Single().Amount, entry.Counters.Single().Scope, entry.Actor, entry.Reason).Should().Be((id, 1.5m, BudgetScope.Project("demo"), "bob", "the launch"));
    }

    [Fact]
    public async Task Random_calls_at_once_end_with_the_sums_of_the_store()
    {
        BudgetStatus[] statuses;
        await using (var firewall = Build())
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
            {
                var random = new Random(worker);
                for (var i = 0; i < 100; i++)
                {
                    var call = Call with { UserId = $"user-{random.Next(3)}", OperationId = $"{random.Next(300)}", Cost = random.Next(1, 100) / 1_000_000_000m };
                    try
                    {
                        await (random.Next(3) switch
                        {
                            0 => Done(firewall.ChargeAsync(call)),
                            1 => Done(firewall.TrySpendAsync(call)),
                            _ => ReserveAndCommit(call),
                        });
                    }
                    catch (OperationConflictException)
                    {
                        // The id was used for another call.
                    }
                }
            })));
            statuses = await Task.WhenAll(Enumerable.Range(0, 3).Select(async i => await firewall.GetStatusAsync(BudgetScope.User($"user-{i}"))));

            async Task ReserveAndCommit(BudgetRequest call)
            {
                await using var reservation = await firewall.ReserveAsync(call);
                await reservation.CommitAsync(call.Cost!.Value / 2);
            }
        }

        var entries = await ReadAllAsync(new() { Limit = 1_000 });
        for (var i = 0; i < 3; i++)
        {
            entries.SelectMany(entry => entry.Counters).Where(counter => counter.Family == "user/day" && counter.Scope.Id == $"user-{i}").Sum(counter => counter.Amount)
                .Should().Be(statuses[i].Budgets.Single(budget => budget.Unit is null).Spent).And.BePositive();
        }
        entries.Select(entry => entry.OperationId).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task A_database_that_is_away_delays_entries_and_refuses_no_charge_until_too_many_wait()
    {
        var away = new AwayLedger();
        await using (var firewall = Build(options => (options.MaxBacklog, options.RetryAfter) = (3, TimeSpan.FromSeconds(1)), ledger => away.Around(ledger)))
        {
            for (var i = 0; i < 3; i++)
                await firewall.ChargeAsync(Call with { OperationId = $"{i}", Cost = 0.001m });

            (await firewall.TrySpendAsync(Call with { OperationId = "refused", Cost = 0.001m })).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
            (await firewall.TryCheckAsync(Call)).Outcome.Should().Be(DecisionOutcome.StoreUnavailable);
            await firewall.ChargeAsync(Call with { OperationId = "charged", Cost = 0.001m });
            away.IsAway = false;
            await PassUntilAsync(TimeSpan.FromSeconds(1), async () => (await Ledger.GetTotalAsync(Spent)).Count == 4);
            // What was written is counted as waiting a moment longer.
            await WaitUntilAsync(async () => (await firewall.TrySpendAsync(Call with { OperationId = "spent", Cost = 0.001m })).IsAllowed);
        }

        (await Ledger.GetTotalAsync(Spent)).Should().Be(new LedgerTotal(0.005m, 5));
    }

    [Fact]
    public async Task A_backlog_that_is_only_reported_refuses_nothing()
    {
        var away = new AwayLedger();
        await using var firewall = Build(options => (options.MaxBacklog, options.AtMaxBacklog) = (1, LedgerBacklogPolicy.Report), ledger => away.Around(ledger));
        for (var i = 0; i < 5; i++)
            (await firewall.TrySpendAsync(Call with { OperationId = $"{i}", Cost = 0.001m })).IsAllowed.Should().BeTrue();
        away.IsAway = false;
        Clock.Advance(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task An_entry_that_is_refused_by_itself_holds_up_no_other()
    {
        var away = new AwayLedger { Refused = "3", IsAway = false };
        await using var firewall = Build(options => options.RetryAfter = TimeSpan.FromSeconds(1), ledger => away.Around(ledger));
        for (var i = 0; i < 10; i++)
            await firewall.ChargeAsync(Call with { OperationId = $"{i}", Cost = 0.001m });

        await PassUntilAsync(TimeSpan.FromSeconds(1), async () => (await Ledger.GetTotalAsync(new())).Count == 9);
        away.Refused = null;
        await PassUntilAsync(TimeSpan.FromSeconds(1), async () => (await Ledger.GetTotalAsync(new())).Count == 10);
    }

    [Fact]
    public async Task What_a_process_that_was_killed_has_left_in_the_journal_is_delivered_once_by_the_next()
    {
        var folder = Directory.CreateTempSubdirectory("ledger-journal").FullName;
        var (path, left) = (Path.Combine(folder, "journal"), Path.Combine(folder, "left"));
        var away = new AwayLedger();
        var request = Call with { Cost = 0.001m, Usage = new BudgetUsage { Units = new Dictionary<string, decimal> { ["page\0"] = 1.5m } } };
        await using (var firewall = Build(options => options.JournalPath = path, ledger => away.Around(ledger)))
        {
            for (var i = 0; i < 5; i++)
                await firewall.ChargeAsync(request with { OperationId = $"{i}" });
            // A process that is killed leaves the file as it is now; a line that it was just writing is torn.
            File.Copy(path, left);
            await File.AppendAllTextAsync(left, "0123456789abcdef {\"n\":6");
            FluentActions.Invoking(() => Build(options => options.JournalPath = path)).Should().Throw<InvalidOperationException>().WithMessage("*journal*locked*");
            away.IsAway = false;
            await PassUntilAsync(TimeSpan.FromSeconds(1), async () => (await Ledger.GetTotalAsync(new())).Count == 5);
        }
        var entries = await ReadAllAsync(new());
        await ExecuteAsync("delete from ledger_entries");

        await using (Build(options => options.JournalPath = left))
        {
        }

        (await ReadAllAsync(new())).Should().BeEquivalentTo(entries, options => options.ComparingByMembers<LedgerEntry>()).And.HaveCount(5);
        await using (Build(options => options.JournalPath = left))
        {
        }
        (await ReadAllAsync(new())).Should().HaveCount(5);
        new FileInfo(path).Length.Should().BePositive();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_journal_that_was_altered_delivers_what_is_whole_and_one_that_is_none_is_refused()
    {
        var folder = Directory.CreateTempSubdirectory("ledger-journal").FullName;
        var (path, left) = (Path.Combine(folder, "journal"), Path.Combine(folder, "left"));
        var away = new AwayLedger();
        await using (var firewall = Build(options => options.JournalPath = path, ledger => away.Around(ledger)))
        {
            for (var i = 0; i < 3; i++)
                await firewall.ChargeAsync(Call with { OperationId = $"{i}", Cost = 0.001m });
            var lines = await File.ReadAllLinesAsync(path);
            lines[2] = lines[2].Replace("14", "15", StringComparison.Ordinal).Replace("0.001", "0.002", StringComparison.Ordinal).Replace("alice", "alicf", StringComparison.Ordinal);
            await File.WriteAllTextAsync(left, string.Concat(lines.Select(line => line + "\n")));
            away.IsAway = false;
            await PassUntilAsync(TimeSpan.FromSeconds(1), async () => (await Ledger.GetTotalAsync(new())).Count == 3);
        }
        await ExecuteAsync("delete from ledger_entries");

        await using (Build(options => options.JournalPath = left))
        {
        }

        (await ReadAllAsync(new())).Select(entry => entry.OperationId).Should().BeEquivalentTo(["0", "2"]);
        Directory.GetFiles(folder, "left.corrupt-*").Should().ContainSingle();
        await File.WriteAllTextAsync(path, "Dear diary,\n");
        FluentActions.Invoking(() => Build(options => options.JournalPath = path)).Should().Throw<InvalidOperationException>().WithMessage("*not a journal*");
        foreach (var line in new[] { """{"n":1,"zz":1}""", """{"n":1,"e":{"k":99,"i":"1"}}""", """{"n":1,"e":{"k":1,"i":"1","t":9223372036854775807}}""", """{"n":1,"e":{"k":1,"i":"1","c":[{"f":"","k":"","i":""}]}}""", "null" })
        {
            await File.WriteAllBytesAsync(path, [.. JournalFile.LineOf("""{"n":1}"""u8), .. JournalFile.LineOf(System.Text.Encoding.UTF8.GetBytes(line))]);
            FluentActions.Invoking(() => Build(options => options.JournalPath = path)).Should().Throw<InvalidOperationException>(line).WithMessage("*its line 2 is as it was written*a later version*");
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_container_gives_the_ledger_and_its_feed_by_the_name_of_the_firewall()
    {
        await using (var provider = new ServiceCollection()
            .AddBudgetFirewall("first").UseLedger(clock => Harness.Open(clock)).Services
            .AddSingleton<TimeProvider>(Clock).BuildServiceProvider())
        {
            await provider.GetRequiredKeyedService<IBudgetFirewall>("first").ChargeAsync(Call with { Cost = 1m });
            var feed = provider.GetRequiredKeyedService<ILedgerFeed>("first");
            await feed.FlushAsync();
            feed.Status.Should().Be(new LedgerFeedStatus(0, false, null) { MaxBacklog = 100_000 });
            (await provider.GetRequiredKeyedService<ILedger>("first").ReadEntriesAsync(new())).Entries.Should().ContainSingle();
        }
        using (var provider = new ServiceCollection().AddBudgetFirewall().UseLedger(clock => Harness.Open(clock)).Services.BuildServiceProvider())
            await provider.GetRequiredService<IBudgetFirewall>().ChargeAsync(Call with { Cost = 1m });

        (await ReadAllAsync(new())).Should().HaveCount(2);
    }

    private static async Task Done<T>(ValueTask<T> call) => await call;
}
