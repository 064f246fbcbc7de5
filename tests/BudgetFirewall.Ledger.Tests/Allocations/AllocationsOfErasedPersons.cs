using System.Security.Cryptography;

namespace BudgetFirewall.Ledger.Tests.Allocations;

/// <summary>An allocation whose id names a person who is erased is made once all the same, and nobody is named anew by one that is under way.</summary>
public abstract class AllocationsOfErasedPersons<THarness> : AllocationSuite<THarness> where THarness : ILedgerHarness, new()
{
    private static readonly CostAllocation Seat = Fee with { Id = "seat-alice", Each = null, Method = AllocationMethod.FixedShares, Targets = [new(BudgetScope.Project("search"), 2m), new(BudgetScope.Project("mail"), 1m)] };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(400)]
    public async Task Its_former_id_is_a_conflict_for_good(int daysLater)
    {
        await Allocations.AllocateAsync(Seat);
        await EraseAsync("alice");
        Clock.Advance(TimeSpan.FromDays(daysLater));

        await FluentActions.Awaiting(async () => await Allocations.AllocateAsync(Seat)).Should().ThrowAsync<OperationConflictException>().WithMessage("*'seat-alice'*erased*");

        (await Ledger.ReportAsync(OfMarch())).Allocated.Should().Be(90m);
        (await Allocations.ReadAllocationsAsync()).Allocations.Select(made => made.Allocation.Id).Should().Equal("seat-(erased 1)");
        (await Allocations.AllocateAsync(Seat with { Id = "seat-bob" })).IsReplay.Should().BeFalse();
    }

    [Fact]
    public async Task The_digest_of_its_former_id_is_salted_and_one_from_before_there_were_salts_counts_still()
    {
        await Allocations.AllocateAsync(Seat);
        await EraseAsync("alice");
        var plain = Convert.ToHexStringLower(SHA256.HashData("seat-alice"u8));
        (await CountAsync($"count(*) from ledger_former_allocations where fingerprint = '{plain}'")).Should().Be(0);
        (await CountAsync("count(distinct salt) from ledger_former_allocations where salt <> ''")).Should().Be(1);

        await ExecuteAsync($"update ledger_former_allocations set salt = '', fingerprint = '{plain}'");

        await FluentActions.Awaiting(async () => await Allocations.AllocateAsync(Seat)).Should().ThrowAsync<OperationConflictException>();
    }

    [Fact]
    public async Task A_scope_that_would_grow_too_long_is_cut_and_read_as_before()
    {
        var rest = new string('x', 250);
        var cost = Seat with { Targets = [new(BudgetScope.User("al"), 2m), new(BudgetScope.User("al/" + rest), 1m)] };
        await Allocations.AllocateAsync(cost with { Id = $"al-{rest}-1" });
        await Allocations.AllocateAsync(cost with { Id = $"al-{rest}-2" });
        await Ledger.AppendAsync([Charge(rest + "-al", 1m, user: "al"), Charge("al-" + rest + "-1", 1m, user: "al")]);

        await EraseAsync("al");

        var made = (await Allocations.ReadAllocationsAsync()).Allocations;
        made.Select(one => one.Allocation.Id).Should().HaveCount(2).And.OnlyHaveUniqueItems();
        made[0].Shares.Select(share => share.Scope).Should().OnlyHaveUniqueItems().And.AllSatisfy(scope => scope.Id.Should().StartWith("(erased 1)").And.Match(id => id.Length <= 256));
        (await ReadAllAsync(new())).Where(entry => entry.UserId == "(erased 1)").Should().HaveCountGreaterThanOrEqualTo(2)
            .And.AllSatisfy(entry => entry.OperationId.Should().Contain("(erased 1)"));
    }

    [Fact]
    public async Task Each_id_that_it_has_had_is_a_conflict_in_its_own_partition_alone()
    {
        var both = Seat with { Id = "alice-bob", Partition = "acme" };
        await Allocations.AllocateAsync(both);
        await EraseAsync("alice");
        await EraseAsync("bob");

        foreach (var id in new[] { "alice-bob", "(erased 1)-bob" })
            await FluentActions.Awaiting(async () => await Allocations.AllocateAsync(both with { Id = id })).Should().ThrowAsync<OperationConflictException>();
        (await Allocations.AllocateAsync(both with { Partition = "other" })).Allocation.Id.Should().Be("alice-bob");
    }

    [Fact]
    public async Task Where_not_all_entries_can_be_written_nothing_is()
    {
        await Allocations.AllocateAsync(Seat);
        var first = (await EntriesOfAsync("seat-alice"))[0];
        await ExecuteAsync("delete from ledger_allocations");

        await FluentActions.Awaiting(async () => await Allocations.AllocateAsync(Seat with { IsAmortised = true })).Should().ThrowAsync<OperationConflictException>().WithMessage("*60 of 62*Nothing was changed*");

        (await Allocations.FindAllocationAsync("seat-alice")).Should().BeNull();
        (await EntriesOfAsync("seat-alice")).Should().HaveCount(2).And.Contain(entry => entry.Id == first.Id);
        (await Ledger.ReportAsync(OfMarch())).Allocated.Should().Be(90m);
    }

    [Fact]
    public async Task Who_is_erased_while_it_is_made_again_is_not_named_by_what_is_undone_and_made()
    {
        await SpendAsync();
        await Allocations.AllocateAsync(Fee with { Each = "user" });
        await Ledger.AppendAsync([Charge("late", 4m, user: "carol")]);
        var clock = new SurprisedClock(Noon);
        await using var ledger = (DatabaseLedger)Harness.Open(clock);
        clock.Surprise(() => EraseAsync("carol"));

        var again = await ledger.AllocateAgainAsync("fee-1");

        again!.Shares.Select(share => share.Scope.ToString()).Should().BeEquivalentTo("user=alice", "user=bob", "user=(erased 1)");
        (await EntriesOfAsync("fee-1")).Where(entry => entry.UserId == "carol").Should().BeEmpty();
        (await Ledger.ReportAsync(OfMarch("user"))).Rows.Where(row => row.Names[0] == "carol").Should().BeEmpty();
        (await Ledger.ReportAsync(OfMarch())).Allocated.Should().Be(90m);
    }

    [Fact]
    public async Task Who_is_erased_while_it_is_made_is_not_named_by_what_is_made()
    {
        await SpendAsync();
        var clock = new SurprisedClock(Noon);
        await using var ledger = (DatabaseLedger)Harness.Open(clock);
        clock.Surprise(() => EraseAsync("carol"));

        var made = await ledger.AllocateAsync(Fee with { Each = "user" });

        made.Shares.Select(share => share.Scope.ToString()).Should().Contain("user=(erased 1)").And.NotContain("user=carol");
        (await EntriesOfAsync("fee-1")).Where(entry => entry.UserId == "carol").Should().BeEmpty();
    }

    [Theory]
    [InlineData(9)]
    [InlineData(10)]
    public async Task After_ten_tries_while_others_are_erased_it_is_given_up(int erasures)
    {
        await SpendAsync();
        await Allocations.AllocateAsync(Fee);
        await Ledger.AppendAsync([Charge("late", 1m, project: "mail"), .. Enumerable.Range(1, 2 * erasures).Select(i => Charge($"of {i}", 1m, user: $"user-{i}"))]);
        var (clock, erased, most) = (new SurprisedClock(Noon), 0, erasures);
        async Task Again()
        {
            await EraseAsync($"user-{++erased}");
            if (erased < most)
                clock.Surprise(Again);
        }
        await using var ledger = (DatabaseLedger)Harness.Open(clock);
        foreach (var making in new Func<Task>[] { async () => await ledger.AllocateAsync(Fee with { Id = "other" }), async () => await ledger.AllocateAgainAsync("fee-1") })
        {
            clock.Surprise(Again);
            if (erasures < 10)
                await making();
            else
                await making.Should().ThrowAsync<LedgerException>().WithMessage("The allocation '*' was changed by others, or persons were erased, 10 times while it was to be made. Try again later.");
            erased.Should().Be(most);
            most += erasures;
        }
    }

    [Fact]
    public async Task What_has_grown_too_long_by_an_erasure_is_read_taken_back_and_made_again()
    {
        var text = "bob " + new string('x', 252);
        var asked = Fee with { Id = "fee bob " + new string('x', 248), Source = text, Reason = text, By = text, Scopes = new Dictionary<string, string> { ["tenant"] = "acme" } };
        await SpendAsync();
        await Allocations.AllocateAsync(asked);
        await EraseAsync("bob");

        var kept = (await Allocations.ReadAllocationsAsync()).Allocations.Should().ContainSingle().Subject;
        kept.Allocation.Source.Should().Be("(erased 1)" + text[3..]);
        (await Allocations.FindAllocationAsync(kept.Allocation.Id))!.Allocation.Reason.Should().HaveLength(263);
        await Allocations.TakeBackAllocationAsync(kept.Allocation.Id);
        (await Ledger.ReportAsync(OfMarch())).Allocated.Should().Be(0m);
        (await Allocations.AllocateAgainAsync(kept.Allocation.Id))!.Version.Should().Be(2);
    }

    private async Task EraseAsync(string user)
    {
        await using var ledger = (DatabaseLedger)Harness.Open(Clock);
        (await LedgerErasure.Of(ledger, timeProvider: Clock).EraseAsync(BudgetScope.User(user), "privacy")).ErasedId.Should().NotBeNull();
    }
}
