using System.Text.Json.Nodes;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>Changes of budgets, rate limits, pools and approvals are entries, with who made them.</summary>
public abstract class ChangesAreRecorded<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    private static readonly Budget Alices = new() { Id = "alices", Scope = BudgetScope.User("alice"), Limit = 5m };

    private static readonly QuotaPool Pool = new() { Id = "research", Limit = 100m, Members = [new() { Scope = BudgetScope.Project("search") }, new() { Scope = BudgetScope.Project("speech") }] };

    private IBudgetFirewall Build(Action<LedgerOptions>? configure = null, Func<ILedger, ILedger>? around = null) => new BudgetFirewallBuilder()
        .UseTimeProvider(Clock)
        .Configure(options =>
        {
            options.Budgets.Add(new Budget { Scope = BudgetScope.Each("user"), Limit = 100m });
            options.Budgets.Add(new Budget { Id = "demo", Scope = BudgetScope.Project("demo"), Limit = 1m, Enforcement = Enforcement.Escalate });
        })
        .UseLedger(clock => around?.Invoke(Harness.Open(clock)) ?? Harness.Open(clock), configure)
        .Build();

    private async Task<List<LedgerEntry>> ChangesAsync(LedgerEntryKind kind) => [.. Enumerable.Reverse(await ReadAllAsync(new() { Kinds = [kind] }))];

    [Fact]
    public async Task A_budget_that_is_set_replaced_and_removed_has_three_entries_under_its_id()
    {
        await using (var firewall = Build())
        {
            await firewall.Budgets.ChangedBy("bob").SetAsync(Alices);
            await firewall.Budgets.ChangedBy("carol").SetAsync(Alices with { Limit = 7m });
            await firewall.Budgets.RemoveAsync("alices");
            (await firewall.Budgets.RemoveAsync("alices")).Should().BeFalse();
        }

        var entries = await ChangesAsync(LedgerEntryKind.BudgetChange);
        entries.Select(entry => (entry.OperationId, entry.Actor, LimitIn(entry.Before), LimitIn(entry.After)))
            .Should().Equal(("alices", "bob", null, "5"), ("alices", "carol", "5", "7"), ("alices", null, "7", null));
        entries.Should().AllSatisfy(entry => (entry.UserId, entry.AmountNanos, entry.Counters.Length, entry.Count).Should().Be(("alice", 0, 0, 1)));
        entries.Select(entry => entry.Time).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        entries[0].Time.Should().Be(Noon);
        (await Ledger.FindEntryAsync(entries[1].Id))!.After.Should().Be(entries[1].After);
        (await ReadAllAsync(new() { OperationId = "alices" })).Should().HaveCount(3);
    }

    [Fact]
    public async Task A_limit_that_is_set_to_what_it_is_has_no_entry_and_neither_has_one_that_is_refused()
    {
        await using (var firewall = Build())
        {
            await firewall.Budgets.SetAsync(Alices);
            await firewall.Budgets.SetAsync(Alices);
            (await firewall.Budgets.AddAsync(Alices with { Limit = 9m })).Should().BeFalse();
            await FluentActions.Awaiting(() => firewall.Budgets.SetAsync(Alices with { Id = "twin" }).AsTask()).Should().ThrowAsync<ArgumentException>();
            (await firewall.Quotas.DeleteAsync("none")).Should().BeFalse();
        }

        (await ReadAllAsync(new())).Should().ContainSingle();
    }

    [Fact]
    public async Task A_configured_budget_is_what_was_before_it_was_replaced_at_run_time()
    {
        await using (var firewall = Build())
            await firewall.Budgets.SetAsync(new() { Id = "demo", Scope = BudgetScope.Project("demo"), Limit = 3m });

        var entry = (await ReadAllAsync(new())).Should().ContainSingle().Which;
        (LimitIn(entry.Before), LimitIn(entry.After)).Should().Be(("1", "3"));
    }

    [Fact]
    public async Task Rate_limits_have_entries_of_their_own_kind_each_of_a_set()
    {
        var limits = new[] { RateLimit.TokenBucket(BudgetScope.User("alice"), 10, 1) with { Id = "a" }, RateLimit.TokenBucket(BudgetScope.Each("project"), 20, 1) with { Id = "b" } };
        await using (var firewall = Build())
        {
            await firewall.RateLimits.ChangedBy("bob").SetManyAsync(limits);
            await firewall.RateLimits.ChangedBy("bob").RemoveAsync("b");
        }

        var entries = await ChangesAsync(LedgerEntryKind.RateLimitChange);
        entries.Select(entry => (entry.OperationId, entry.Actor, entry.UserId, entry.Before is null, entry.After is null))
            .Should().Equal(("a", "bob", "alice", true, false), ("b", "bob", null, true, false), ("b", "bob", null, false, true));
    }

    [Fact]
    public async Task A_pool_has_entries_and_the_budgets_of_its_members_have_none()
    {
        await using (var firewall = Build())
        {
            await firewall.Quotas.ChangedBy("bob").AllocateAsync(Pool);
            await firewall.Quotas.ChangedBy("bob").AllocateAsync(Pool);
            await firewall.Quotas.ChangedBy("carol").UpdateAsync(Pool with { Limit = 200m });
            await firewall.Quotas.ChangedBy("carol").UpdateAsync(Pool with { Limit = 200m });
            await firewall.Quotas.ChangedBy("dave").DeleteAsync("research");
        }

        var entries = await ReadAllAsync(new());
        entries.Reverse();
        entries.Select(entry => (entry.Kind, entry.OperationId, entry.Actor, LimitIn(entry.Before), LimitIn(entry.After))).Should().Equal(
            (LedgerEntryKind.PoolChange, "research", "bob", null, "100"),
            (LedgerEntryKind.PoolChange, "research", "carol", "100", "200"),
            (LedgerEntryKind.PoolChange, "research", "dave", "200", null));
    }

    [Fact]
    public async Task An_approval_has_an_entry_when_it_is_asked_for_and_when_it_has_ended()
    {
        string approved, denied;
        await using (var firewall = Build(options => options.RecordDenials = false))
        {
            approved = await AskAsync(firewall);
            await firewall.Approvals.ApproveAsync(approved, 2m, new ApprovalSignature { By = "bob", Note = "for the demo" });
            denied = await AskAsync(firewall, 5m);
            await firewall.Approvals.DenyAsync(denied, new ApprovalSignature { By = "carol" });
        }

        var entries = await ChangesAsync(LedgerEntryKind.ApprovalChange);
        entries.Select(entry => (entry.OperationId, entry.Actor, entry.Reason, StateIn(entry.Before), StateIn(entry.After))).Should().Equal(
            (approved, "alice", null, null, "Pending"),
            (approved, "bob", "for the demo", "Pending", "Approved"),
            (denied, "alice", null, null, "Pending"),
            (denied, "carol", null, "Pending", "Denied"));
        entries.Should().OnlyContain(entry => entry.ProjectId == "demo");
        JsonNode.Parse(entries[1].After!)!["amount"]!.GetValue<string>().Should().Be("2");
        (await ReadAllAsync(new() { Kinds = [LedgerEntryKind.Allowance] })).Should().ContainSingle().Which.OperationId.Should().Be(approved);
    }

    [Fact]
    public async Task Changes_are_in_no_sum_and_no_report()
    {
        await using (var firewall = Build())
        {
            await firewall.ChargeAsync(new() { Provider = "openai", UserId = "alice", Cost = 0.5m });
            await firewall.Budgets.SetAsync(Alices);
            await firewall.Quotas.AllocateAsync(Pool);
        }

        (await Ledger.GetTotalAsync(new())).Amount.Should().Be(0.5m);
        var report = await Ledger.ReportAsync(new() { From = Noon.AddDays(-1), To = Noon.AddDays(1), GroupBy = ["user"] });
        (report.Amount, report.Count, report.Rows.Length).Should().Be((0.5m, 1, 1));
        (await CountAsync("count(*) from ledger_counter_totals")).Should().Be(1);
    }

    [Fact]
    public async Task What_is_new_after_a_restart_has_what_was_restored_before_it()
    {
        await using (var firewall = Build())
            await firewall.Budgets.SetAsync(Alices);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await using (var firewall = Build())
            await firewall.Budgets.SetAsync(Alices with { Limit = 8m });

        (await ChangesAsync(LedgerEntryKind.BudgetChange)).Select(entry => (LimitIn(entry.Before), LimitIn(entry.After))).Should().Equal((null, "5"), ("5", "8"));
    }

    [Fact]
    public async Task A_change_outlives_the_process_in_the_journal()
    {
        var folder = Directory.CreateTempSubdirectory("ledger-journal").FullName;
        var (path, left) = (Path.Combine(folder, "journal"), Path.Combine(folder, "left"));
        var away = new AwayLedger { IsAway = false };
        await using (var firewall = Build(options => options.JournalPath = path, ledger => away.Around(ledger)))
        {
            (await firewall.TryCheckAsync(new() { Provider = "openai", Cost = 0m })).IsAllowed.Should().BeTrue();
            away.IsAway = true;
            await firewall.Budgets.ChangedBy("bob").SetAsync(Alices);
            // A process that is killed leaves the file as it is now.
            File.Copy(path, left);
            away.IsAway = false;
            await PassUntilAsync(TimeSpan.FromSeconds(1), async () => (await ReadAllAsync(new())).Count == 1);
        }
        var before = await ReadAllAsync(new());
        await ExecuteAsync("delete from ledger_entries");

        await using (Build(options => options.JournalPath = left))
        {
        }

        (await ReadAllAsync(new())).Should().BeEquivalentTo(before, options => options.ComparingByMembers<LedgerEntry>());
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Old_changes_go_with_what_they_say()
    {
        await using (var firewall = Build())
            await firewall.Budgets.SetAsync(Alices);
        Clock.Advance(TimeSpan.FromDays(100));

        await Ledger.RemoveOldAsync(new() { Ages = new Dictionary<LedgerEntryKind, TimeSpan> { [LedgerEntryKind.BudgetChange] = TimeSpan.FromDays(30) } });

        (await ReadAllAsync(new())).Should().BeEmpty();
        (await CountAsync("count(*) from ledger_entry_changes")).Should().Be(0);
    }

    private static async Task<string> AskAsync(IBudgetFirewall firewall, decimal cost = 2m)
    {
        var decision = await firewall.TrySpendAsync(new() { Provider = "openai", ProjectId = "demo", UserId = "alice", Cost = cost });
        decision.Outcome.Should().Be(DecisionOutcome.ApprovalRequired);
        return decision.ApprovalIds.Should().ContainSingle().Which;
    }

    private static string? LimitIn(string? json) => json is null ? null : (JsonNode.Parse(json)!["l"] ?? JsonNode.Parse(json)!["Limit"])!.ToString();

    private static string? StateIn(string? json) => json is null ? null : JsonNode.Parse(json)!["state"]!.GetValue<string>();
}
