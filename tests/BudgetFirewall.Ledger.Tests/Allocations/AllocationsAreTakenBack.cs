namespace BudgetFirewall.Ledger.Tests.Allocations;

/// <summary>What was allocated is repeated without a change, taken back exactly, and made again by the present use.</summary>
public abstract class AllocationsAreTakenBack<THarness> : AllocationSuite<THarness> where THarness : ILedgerHarness, new()
{
    [Fact]
    public async Task The_same_again_is_the_first_answer_and_changes_nothing()
    {
        await SpendAsync();
        var first = await Allocations.AllocateAsync(Fee);
        Clock.Advance(TimeSpan.FromDays(1));
        await Ledger.AppendAsync([Charge("late", 100m, project: "mail")]);

        var again = await Allocations.AllocateAsync(Fee with { By = "carol", Amount = 90.000m, From = Fee.From.ToOffset(TimeSpan.FromHours(2)) });

        again.IsReplay.Should().BeTrue();
        AmountsOf(again).Should().Equal(AmountsOf(first));
        (again.MadeAt, again.Version, again.Allocation.By).Should().Be((Noon, 1, "bob"));
        (await EntriesOfAsync("fee-1")).Should().HaveCount(2);
    }

    [Theory]
    [MemberData(nameof(SampleAllocations.Others), MemberType = typeof(SampleAllocations))]
    public async Task The_id_with_other_content_is_a_conflict(CostAllocation other)
    {
        await SpendAsync();
        await Allocations.AllocateAsync(Fee);

        await FluentActions.Awaiting(async () => await Allocations.AllocateAsync(other)).Should().ThrowAsync<OperationConflictException>().WithMessage("*'fee-1'*");

        (await EntriesOfAsync("fee-1")).Should().HaveCount(2);
    }

    [Fact]
    public async Task The_order_of_the_targets_is_no_content()
    {
        AllocationTarget[] targets = [new(BudgetScope.Project("b"), 2m), new(BudgetScope.Project("a"), 1.50m)];
        var asked = Fee with { Each = null, Method = AllocationMethod.FixedShares, Targets = targets };
        await Allocations.AllocateAsync(asked);

        (await Allocations.AllocateAsync(asked with { Targets = [new(BudgetScope.Project("a"), 1.5m), targets[0]] })).IsReplay.Should().BeTrue();
        await FluentActions.Awaiting(async () => await Allocations.AllocateAsync(asked with { Targets = [new(BudgetScope.Project("a"), 1.6m), targets[0]] })).Should().ThrowAsync<OperationConflictException>();
    }

    [Fact]
    public async Task Taking_back_undoes_each_entry_at_its_own_time_and_leaves_no_row_in_reports()
    {
        await SpendAsync();
        await Allocations.AllocateAsync(Fee with { IsAmortised = true, Scopes = new Dictionary<string, string> { ["tenant"] = "acme" } });
        var made = await EntriesOfAsync("fee-1");
        Clock.Advance(TimeSpan.FromDays(1));

        var ended = await Allocations.TakeBackAllocationAsync("fee-1", by: "carol", reason: "wrong invoice");

        (ended!.TakenBackAt, ended.Version, ended.IsReplay).Should().Be((Noon.AddDays(1), 1, false));
        AmountsOf(ended).Should().Equal(("project=mail", 30m), ("project=search", 60m));
        var undone = (await EntriesOfAsync("fee-1")).Where(entry => entry.AmountNanos < 0).ToDictionary(entry => entry.CorrectedEntryId!);
        undone.Should().HaveCount(62).And.HaveCount(made.Count);
        foreach (var entry in made)
        {
            var undoing = undone[entry.Id];
            (undoing.Time, undoing.AmountNanos, undoing.Before, undoing.After, undoing.Actor, undoing.Reason).Should().Be((entry.Time, -entry.AmountNanos, entry.After, null, "carol", "wrong invoice"));
            undoing.Scopes.Should().BeEquivalentTo(entry.Scopes);
        }
        var report = await Ledger.ReportAsync(OfMarch("project", "tenant") with { Interval = LedgerInterval.Day });
        report.Rows.Should().OnlyContain(row => row.Allocated == 0 && row.Count > 0);
        (report.Amount, report.Allocated).Should().Be((7m, 0m));
    }

    [Fact]
    public async Task Taking_back_twice_changes_nothing_and_what_is_not_there_cannot_be_taken_back()
    {
        await SpendAsync();
        await Allocations.AllocateAsync(Fee);
        await Allocations.TakeBackAllocationAsync("fee-1");
        Clock.Advance(TimeSpan.FromDays(1));

        var again = await Allocations.TakeBackAllocationAsync("fee-1");

        (again!.IsReplay, again.TakenBackAt).Should().Be((true, Noon));
        (await EntriesOfAsync("fee-1")).Should().HaveCount(4);
        (await Allocations.AllocateAsync(Fee)).TakenBackAt.Should().Be(Noon, "what was asked before is answered as it is now");
        (await Allocations.TakeBackAllocationAsync("fee-2")).Should().BeNull();
        (await Allocations.TakeBackAllocationAsync("fee-1", "acme")).Should().BeNull();
        (await Allocations.AllocateAgainAsync("fee-2")).Should().BeNull();
    }

    [Fact]
    public async Task Making_again_takes_a_late_entry_into_account_in_one_step()
    {
        await SpendAsync();
        await Allocations.AllocateAsync(Fee);
        await Ledger.AppendAsync([Charge("late", 1m, March.AddDays(3), project: "mail")]);
        Clock.Advance(TimeSpan.FromHours(1));

        var again = await Allocations.AllocateAgainAsync("fee-1", by: "carol", reason: "late");

        AmountsOf(again!).Should().Equal(("project=mail", 45m), ("project=search", 45m));
        (again!.Version, again.MadeAt, again.TakenBackAt, again.IsReplay).Should().Be((2, Noon.AddHours(1), null, false));
        var entries = await EntriesOfAsync("fee-1");
        entries.Select(entry => (entry.ProjectId, entry.Amount, entry.Actor)).Should().BeEquivalentTo(
            [("mail", 30m, "bob"), ("search", 60m, "bob"), ("mail", -30m, "carol"), ("search", -60m, "carol"), ("mail", 45m, "carol"), ("search", 45m, "carol")]);
        entries.Should().OnlyContain(entry => entry.Time == March);
        (await Ledger.ReportAsync(OfMarch())).Allocated.Should().Be(90m);
        (await Allocations.FindAllocationAsync("fee-1"))!.Should().BeEquivalentTo(again, options => options.Excluding(made => made.Allocation));
    }

    [Fact]
    public async Task Making_again_where_nothing_has_changed_writes_nothing()
    {
        await SpendAsync();
        await Allocations.AllocateAsync(Fee);
        Clock.Advance(TimeSpan.FromDays(1));

        var again = await Allocations.AllocateAgainAsync("fee-1");

        (again!.IsReplay, again.Version, again.MadeAt).Should().Be((true, 1, Noon));
        (await EntriesOfAsync("fee-1")).Should().HaveCount(2);
    }

    [Fact]
    public async Task Making_again_keeps_weights_that_have_changed_also_where_the_parts_have_not()
    {
        await SpendAsync();
        await Allocations.AllocateAsync(Fee);
        await Ledger.AppendAsync([Charge("late 1", 1m, project: "mail"), Charge("late 2", 2m, project: "search")]);

        var again = await Allocations.AllocateAgainAsync("fee-1");

        (again!.Version, again.IsReplay).Should().Be((2, false));
        again.Shares.Select(share => (share.Weight, share.Amount)).Should().Equal((2m, 30m), (4m, 60m));
    }

    [Fact]
    public async Task What_was_taken_back_is_made_again_also_by_the_same_use()
    {
        await SpendAsync();
        await Allocations.AllocateAsync(Fee);
        await Allocations.TakeBackAllocationAsync("fee-1");

        var again = await Allocations.AllocateAgainAsync("fee-1");
        var ended = await Allocations.TakeBackAllocationAsync("fee-1");

        (again!.Version, again.TakenBackAt, again.IsReplay).Should().Be((2, null, false));
        ended!.TakenBackAt.Should().NotBeNull();
        (await EntriesOfAsync("fee-1")).Select(entry => entry.Amount).Order().Should().Equal(-60m, -60m, -30m, -30m, 30m, 30m, 60m, 60m);
    }

    [Fact]
    public async Task Where_the_use_has_gone_it_stands_as_it_was()
    {
        await Ledger.AppendAsync([Charge("1", 1m, project: "a")]);
        await Allocations.AllocateAsync(Fee);
        await Ledger.AppendAsync([Charge("c", -1m, project: "a") with { Kind = LedgerEntryKind.Correction }]);

        await FluentActions.Awaiting(async () => await Allocations.AllocateAgainAsync("fee-1")).Should().ThrowAsync<NothingUsedException>();

        (await Ledger.ReportAsync(OfMarch())).Allocated.Should().Be(90m);
    }

    [Fact]
    public async Task Many_who_allocate_the_same_at_once_make_it_once_and_who_make_it_again_agree()
    {
        await SpendAsync();
        var ledgers = Enumerable.Range(0, 4).Select(_ => (IAllocationLedger)Harness.Open(Clock)).ToList();
        try
        {
            var made = await Task.WhenAll(ledgers.Select(ledger => Task.Run(async () => await ledger.AllocateAsync(Fee))));
            made.Count(each => !each.IsReplay).Should().Be(1);
            (await EntriesOfAsync("fee-1")).Should().HaveCount(2);

            await Task.WhenAll(ledgers.Select((ledger, i) => Task.Run(async () =>
            {
                for (var round = 0; round < 5; round++)
                {
                    await ledger.AppendAsync([Charge($"late {i} {round}", 0.1m * (i + 1), project: "mail")]);
                    await ledger.AllocateAgainAsync("fee-1");
                }
            })));

            // Mail has spent 1 and 5 times 1 more, search 2.
            AmountsOf((await Allocations.FindAllocationAsync("fee-1"))!).Should().Equal(("project=mail", 67.5m), ("project=search", 22.5m));
            (await Ledger.ReportAsync(OfMarch("project"))).Rows.Where(row => row.Allocated != 0).Select(row => (row.Names[0], row.Allocated)).Should().Equal(("mail", 67.5m), ("search", 22.5m));
        }
        finally
        {
            foreach (var ledger in ledgers)
                await ledger.DisposeAsync();
        }
    }

    [Fact]
    public async Task What_was_allocated_is_listed_page_by_page_the_latest_first()
    {
        await SpendAsync();
        foreach (var id in new[] { "b", "a", "c" })
            await Allocations.AllocateAsync(Fee with { Id = id });
        await Allocations.AllocateAgainAsync("b");

        var first = await Allocations.ReadAllocationsAsync(limit: 2);
        var second = await Allocations.ReadAllocationsAsync(limit: 2, cursor: first.NextCursor);

        first.Allocations.Select(made => made.Allocation.Id).Should().Equal("c", "a");
        second.Allocations.Select(made => made.Allocation.Id).Should().Equal("b");
        (first.NextCursor is null, second.NextCursor).Should().Be((false, null));
        (await Allocations.ReadAllocationsAsync(limit: 3)).NextCursor.Should().BeNull();
        foreach (var cursor in new[] { "x", "0", "-1", "1.5" })
            await FluentActions.Awaiting(async () => await Allocations.ReadAllocationsAsync(cursor: cursor)).Should().ThrowAsync<ArgumentException>().WithParameterName("cursor");
        foreach (var limit in new[] { 0, 1_001 })
            await FluentActions.Awaiting(async () => await Allocations.ReadAllocationsAsync(limit: limit)).Should().ThrowAsync<ArgumentOutOfRangeException>();
    }

    [Fact]
    public async Task What_is_kept_is_what_was_asked()
    {
        var asked = Fee with
        {
            Each = null,
            Targets = [new(BudgetScope.Project("b\0 =ü"), 1.25m), new(BudgetScope.User("a"), 2m)],
            Method = AllocationMethod.ByMetric,
            IsAmortised = true,
            TimeZone = "Europe/Berlin",
            Currency = "EUR",
            Scopes = new Dictionary<string, string> { ["provider"] = "farm" },
            UsedWith = new Dictionary<string, string> { ["tenant"] = "acme" },
        };
        await Allocations.AllocateAsync(asked);

        (await Allocations.FindAllocationAsync("fee-1"))!.Allocation.Should().BeEquivalentTo(asked);
        (await EntriesOfAsync("fee-1"))[0].Currency.Should().Be("EUR");
    }

    [Fact]
    public async Task It_is_taken_back_exactly_also_when_its_entries_are_not_kept_any_more()
    {
        await SpendAsync();
        await Allocations.AllocateAsync(Fee with { IsAmortised = true });
        Clock.Advance(TimeSpan.FromDays(365));
        await Ledger.RemoveOldAsync(LedgerRetention.Of(TimeSpan.FromDays(30)));
        (await EntriesOfAsync("fee-1")).Should().BeEmpty();
        (await Ledger.ReportAsync(OfMarch())).Allocated.Should().Be(90m);

        await Allocations.TakeBackAllocationAsync("fee-1");

        (await Ledger.ReportAsync(OfMarch("project"))).Rows.Should().OnlyContain(row => row.Allocated == 0);
        (await EntriesOfAsync("fee-1")).Should().HaveCount(62);
    }
}
