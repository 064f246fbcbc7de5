using BudgetFirewall.Receipts;

namespace BudgetFirewall.Ledger.Tests.Allocations;

/// <summary>A shared cost is divided exactly among those it is for, as entries that reports show beside what was spent.</summary>
public abstract class CostsAreAllocated<THarness> : AllocationSuite<THarness> where THarness : ILedgerHarness, new()
{
    [Fact]
    public async Task By_cost_everybody_with_the_name_gets_a_part_in_proportion_to_what_was_spent_in_the_time()
    {
        await SpendAsync();

        var made = await Allocations.AllocateAsync(Fee);

        AmountsOf(made).Should().Equal(("project=mail", 30m), ("project=search", 60m));
        made.Shares.Select(share => share.Weight).Should().Equal(1m, 2m);
        (made.Version, made.MadeAt, made.TakenBackAt, made.IsReplay).Should().Be((1, Noon, null, false));
        var entries = (await EntriesOfAsync("fee-1")).OrderBy(entry => entry.Amount).ToList();
        entries.Select(entry => (entry.ProjectId, entry.Amount, entry.Time, entry.Actor, entry.Reason, entry.Currency)).Should().Equal(
            ("mail", 30m, March, "bob", "invoice 4711", "USD"), ("search", 60m, March, "bob", "invoice 4711", "USD"));
        entries.Should().OnlyContain(entry => entry.Counters.IsEmpty && entry.Before == null && entry.CorrectedEntryId == null && entry.Scopes.Count == 1);
        entries[1].After.Should().Be("""{"source":"GPU cluster","method":"ByCost","amount":"90","from":"2026-03-01T00:00:00+00:00","to":"2026-04-01T00:00:00+00:00","weight":"2","weights":"3","version":1}""");
    }

    [Fact]
    public async Task Reports_show_what_was_allocated_beside_what_was_spent()
    {
        await SpendAsync();
        await Allocations.AllocateAsync(Fee with { Scopes = new Dictionary<string, string> { ["provider"] = "gpu-farm" } });

        var byProject = await Ledger.ReportAsync(OfMarch("project"));
        var byBoth = await Ledger.ReportAsync(OfMarch("project", "provider") with { Interval = LedgerInterval.Day });
        var all = await Ledger.ReportAsync(OfMarch());
        var filtered = await Ledger.ReportAsync(OfMarch("project") with { Scopes = new Dictionary<string, string> { ["provider"] = "gpu-farm" } });

        byProject.Rows.Select(row => (row.Names[0], row.Amount, row.Count, row.Allocated)).Should().Equal((null, 4m, 1, 0m), ("search", 2m, 2, 60m), ("mail", 1m, 1, 30m));
        (byProject.Amount, byProject.Count, byProject.Allocated).Should().Be((7m, 4, 90m));
        byBoth.Rows.Where(row => row.Allocated != 0).Select(row => (row.Names[0], row.Names[1], row.Interval, row.Amount, row.Count, row.Allocated)).Should().Equal(
            ("search", "gpu-farm", March, 0m, 0, 60m), ("mail", "gpu-farm", March, 0m, 0, 30m));
        (byBoth.Amount, byBoth.Allocated).Should().Be((7m, 90m));
        all.Rows.Select(row => (row.Amount, row.Count, row.Allocated)).Should().Equal((7m, 4, 90m));
        (filtered.Amount, filtered.Allocated).Should().Be((0m, 90m));
        byProject.ToCsv().Should().Be("project,interval,amount,count,rest,allocated\r\n,,4,1,0,0\r\nsearch,,2,2,0,60\r\nmail,,1,1,0,30\r\n");
        byProject.ToJson().Should().Contain("""{"project":"mail","amount":"1","count":1,"allocated":"30"}""").And.EndWith("""
            "total":{"amount":"7","count":4,"allocated":"90"}}
            """.Trim());
    }

    [Fact]
    public async Task The_totals_of_what_was_spent_are_the_same_as_before()
    {
        await SpendAsync();
        await Allocations.AllocateAsync(Fee);

        (await Ledger.GetTotalAsync(new())).Should().Be(new LedgerTotal(15m, 5));
        (await Ledger.GetTotalAsync(new() { Kinds = [LedgerEntryKind.Allocation] })).Should().Be(new LedgerTotal(90m, 2));
        (await Ledger.ReadCountersAsync(March)).Counters.Should().BeEmpty();
    }

    [Theory]
    [InlineData(AllocationMethod.Even, null, 45, 45)]
    [InlineData(AllocationMethod.ByCost, null, 30, 60)]
    [InlineData(AllocationMethod.ByUsage, "request", 30, 60)]
    [InlineData(AllocationMethod.ByUsage, "total_tokens", 81, 9)]
    [InlineData(AllocationMethod.ByUsage, "record", 90, 0)]
    public async Task Use_is_measured_as_the_method_says(AllocationMethod method, string? unit, int mail, int search)
    {
        await SpendAsync();
        await Ledger.AppendAsync(
        [
            Charge("t1", 0m, Noon.AddDays(2), project: "mail") with { Usage = new BudgetUsage { InputTokens = 800, OutputTokens = 100, Units = new Dictionary<string, decimal> { ["record"] = 0.5m } } },
            Charge("t2", 0m, Noon.AddDays(2), project: "search") with { Usage = BudgetUsage.Tokens(60, 40) },
            Charge("t3", 0m, Noon.AddMonths(1), project: "search") with { Usage = BudgetUsage.Tokens(1_000_000, 40) },
            Charge("t4", 0m, Noon.AddDays(3), project: "search") with { Kind = LedgerEntryKind.Denial, Usage = BudgetUsage.Tokens(1_000_000, 40) },
            Charge("t5", 0m, Noon.AddDays(2), project: "search"), Charge("t6", 0m, Noon.AddDays(2)) with { Usage = BudgetUsage.Tokens(60, 40) },
        ]);

        var each = await Allocations.AllocateAsync(Fee with { Method = method, Unit = unit });
        var named = await Allocations.AllocateAsync(Fee with { Id = "fee-2", Method = method, Unit = unit, Each = null, Targets = [new(BudgetScope.Project("search")), new(BudgetScope.Project("mail")), new(BudgetScope.Project("none"))] });

        AmountsOf(each).Where(share => share.Amount > 0).Should().Equal(new[] { ("project=mail", (decimal)mail), ("project=search", search) }.Where(share => share.Item2 > 0));
        AmountsOf(named).Should().Equal(method == AllocationMethod.Even
            ? [("project=mail", 30m), ("project=none", 30m), ("project=search", 30m)]
            : [("project=mail", mail), ("project=none", 0m), ("project=search", search)]);
    }

    [Fact]
    public async Task Only_use_with_the_given_scopes_is_measured()
    {
        await SpendAsync();
        await Ledger.AppendAsync([Charge("f1", 1m, project: "mail", provider: "farm") with { Usage = BudgetUsage.Tokens(1, 1) }, Charge("f2", 3m, project: "chat", provider: "farm") with { Usage = BudgetUsage.Tokens(2, 0) }]);
        var onFarm = Fee with { UsedWith = new Dictionary<string, string> { ["provider"] = "farm" } };

        AmountsOf(await Allocations.AllocateAsync(onFarm)).Should().Equal(("project=chat", 67.5m), ("project=mail", 22.5m));
        AmountsOf(await Allocations.AllocateAsync(onFarm with { Id = "2", Method = AllocationMethod.ByUsage, Unit = "total_tokens" })).Should().Equal(("project=chat", 45m), ("project=mail", 45m));
        foreach (var method in new[] { Fee with { Id = "3" }, Fee with { Id = "3", Method = AllocationMethod.ByUsage, Unit = "total_tokens" } })
        {
            await FluentActions.Awaiting(async () => await Allocations.AllocateAsync(method with { UsedWith = new Dictionary<string, string> { ["provider"] = "nobody" } }))
                .Should().ThrowAsync<NothingUsedException>().WithMessage("*'3'*nobody that it is for has used anything from 2026-03-01*");
        }
        (await Allocations.FindAllocationAsync("3")).Should().BeNull();
    }

    [Fact]
    public async Task Fixed_shares_and_metrics_divide_by_the_weights_that_are_given_over_kinds_of_scopes_together()
    {
        var shares = Fee with { Method = AllocationMethod.FixedShares, Each = null, Targets = [new(BudgetScope.User("alice"), 60m), new(BudgetScope.Project("search"), 40m)] };

        AmountsOf(await Allocations.AllocateAsync(shares)).Should().Equal(("project=search", 36m), ("user=alice", 54m));
        AmountsOf(await Allocations.AllocateAsync(shares with { Id = "2", Method = AllocationMethod.ByMetric, Targets = [new(BudgetScope.Project("a"), 0.25m), new(BudgetScope.Project("b"), 0m), new(BudgetScope.Project("c"), 0.5m)] }))
            .Should().Equal(("project=a", 30m), ("project=b", 0m), ("project=c", 60m));
        (await EntriesOfAsync("2")).Should().HaveCount(2, "a part of nothing is no entry");
    }

    [Fact]
    public async Task Use_below_zero_counts_as_none()
    {
        await Ledger.AppendAsync([Charge("1", 1m, project: "a"), Charge("2", -1m, project: "b") with { Kind = LedgerEntryKind.Correction }, Charge("3", 3m, project: "c")]);

        AmountsOf(await Allocations.AllocateAsync(Fee with { Each = null, Targets = [new(BudgetScope.Project("a")), new(BudgetScope.Project("b")), new(BudgetScope.Project("c"))] }))
            .Should().Equal(("project=a", 22.5m), ("project=b", 0m), ("project=c", 67.5m));
        AmountsOf(await Allocations.AllocateAsync(Fee with { Id = "2" })).Should().Equal(("project=a", 22.5m), ("project=c", 67.5m));
        AmountsOf(await Allocations.AllocateAsync(Fee with { Id = "3", Method = AllocationMethod.Even })).Should().Equal(("project=a", 45m), ("project=c", 45m));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Parts_add_up_to_the_nano_whatever_the_order_and_ties_go_by_the_name(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 5; round++)
        {
            AllocationTarget[] targets = [.. Enumerable.Range(0, 1 + random.Next(40)).Select(i => new AllocationTarget(BudgetScope.Of(i % 2 == 0 ? "team" : "user", $"{i}"), random.Next(3) == 0 ? 1m : random.Next(1, 1_000_000) / 1_000m))];
            var asked = Fee with { Id = $"{round}", Method = AllocationMethod.ByMetric, Each = null, Targets = targets, Amount = random.NextInt64(1, 800_000_000_000_000_000) / 1_000_000_000m, IsAmortised = random.Next(2) == 0 };
            random.Shuffle(targets);

            var made = await Allocations.AllocateAsync(asked);
            var shuffled = await Allocations.AllocateAsync(asked with { Id = $"{round} again", Targets = targets });

            made.Shares.Sum(share => share.Amount).Should().Be(asked.Amount);
            made.Shares.Should().OnlyContain(share => share.Amount >= 0);
            AmountsOf(shuffled).Should().Equal(AmountsOf(made));
            (await Ledger.GetTotalAsync(new() { OperationId = $"{round}", Kinds = [LedgerEntryKind.Allocation] })).Amount.Should().Be(asked.Amount);
            (await EntriesOfAsync($"{round}")).Should().OnlyContain(entry => entry.AmountNanos > 0);
        }
        var thirds = await Allocations.AllocateAsync(Fee with { Id = "thirds", Amount = 0.000000002m, Method = AllocationMethod.Even, Each = null, Targets = [new(BudgetScope.Project("c")), new(BudgetScope.Project("a")), new(BudgetScope.Project("b"))] });
        AmountsOf(thirds).Should().Equal(("project=a", 0.000000001m), ("project=b", 0.000000001m), ("project=c", 0m));
    }

    [Fact]
    public async Task A_partition_has_its_own_use_entries_and_ids()
    {
        await Ledger.AppendAsync([Charge("1", 1m, project: "a") with { Partition = "acme" }, Charge("2", 1m, project: "b") with { Partition = "globex", Usage = BudgetUsage.Tokens(1, 1) }]);

        var acme = await Allocations.AllocateAsync(Fee with { Partition = "acme" });
        var globex = await Allocations.AllocateAsync(Fee with { Partition = "globex", Method = AllocationMethod.ByUsage, Unit = "input_tokens" });

        AmountsOf(acme).Should().Equal(("project=a", 90m));
        AmountsOf(globex).Should().Equal(("project=b", 90m));
        (await Ledger.ReportAsync(OfMarch() with { Partition = "acme" })).Allocated.Should().Be(90m);
        (await Allocations.FindAllocationAsync("fee-1")).Should().BeNull();
        (await Allocations.FindAllocationAsync("fee-1", "acme"))!.Allocation.Partition.Should().Be("acme");
        (await Allocations.ReadAllocationsAsync("globex")).Allocations.Should().ContainSingle();
        await FluentActions.Awaiting(async () => await Allocations.AllocateAsync(Fee with { Id = "2", Partition = "acme", Each = "nothing" })).Should().ThrowAsync<NothingUsedException>("of one partition it is not told which names others have");
    }

    [Fact]
    public async Task A_kind_that_no_entry_names_is_an_error()
    {
        await SpendAsync();

        await FluentActions.Awaiting(async () => await Allocations.AllocateAsync(Fee with { Each = "projct" })).Should().ThrowAsync<ArgumentException>().WithMessage("Each has 'projct', and no entry*").WithParameterName("Each");
        await FluentActions.Awaiting(async () => await Allocations.AllocateAsync(Fee with { Each = null, Targets = [new(BudgetScope.Of("projct", "a"))] }))
            .Should().ThrowAsync<ArgumentException>().WithMessage("Targets has 'projct'*").WithParameterName("Targets");
        await FluentActions.Awaiting(async () => await Allocations.AllocateAsync(Fee with { Each = "tenant" })).Should().ThrowAsync<NothingUsedException>();
    }

    [Fact]
    public async Task Entries_have_receipts_and_the_whole_ledger_verifies()
    {
        using var signer = EcdsaSigner.Generate();
        var receipts = LedgerReceipts.Of(Ledger, new() { Origin = "example.com/ledger", Signer = signer });
        await SpendAsync();
        await Allocations.AllocateAsync(Fee with { IsAmortised = true });
        await Allocations.TakeBackAllocationAsync("fee-1");

        var entries = await EntriesOfAsync("fee-1");

        entries.Should().HaveCount(2 * 2 * 31);
        foreach (var entry in entries.Take(3).Concat(entries.TakeLast(3)))
            ReceiptVerifier.Verify((await receipts.GetAsync(entry.Id))!.ToJson(), [signer.Key], "example.com/ledger").Fault.Should().BeNull();
        (await receipts.VerifyAllAsync()).Findings.Should().BeEmpty();
    }

    [Fact]
    public async Task A_page_has_no_more_shares_than_fit_into_memory_whatever_was_asked_for()
    {
        var many = Fee with { Each = null, Method = AllocationMethod.FixedShares, Targets = [.. Enumerable.Range(1, 5_001).Select(i => new AllocationTarget(BudgetScope.Project($"p{i}"), 1m))] };
        await Ledger.AppendAsync([Charge("known", 1m, project: "p1")]);
        await Allocations.AllocateAsync(many with { Id = "first" });
        await Allocations.AllocateAsync(many with { Id = "second" });

        var page = await Allocations.ReadAllocationsAsync(limit: 100);
        var rest = await Allocations.ReadAllocationsAsync(limit: 100, cursor: page.NextCursor);

        page.Allocations.Select(made => (made.Allocation.Id, made.Shares.Length)).Should().Equal(("second", 5_001));
        page.NextCursor.Should().NotBeNull();
        (rest.Allocations.Single().Allocation.Id, rest.NextCursor).Should().Be(("first", null));
    }
}
