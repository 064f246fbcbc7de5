namespace BudgetFirewall.Ledger.Tests;

public abstract class EntriesAreKept<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    private static LedgerEntry Whole => new()
    {
        Kind = LedgerEntryKind.Commit,
        OperationId = "operation:{1}",
        OperationScope = "caller",
        Partition = "acme",
        Time = Noon.AddTicks(1_234_567_891),
        Scopes = new Dictionary<string, string> { ["provider"] = "openai", ["user"] = "alice", ["project"] = "search", ["model"] = "gpt-4o", ["tenant"] = "acme", ["feature"] = "a\0b\u001a0'; drop table ledger_entries; --" },
        Operation = "chat",
        AmountNanos = 350_001,
        Currency = "EUR",
        Counters =
        [
            new("global/month", BudgetScope.Global, new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), null, 350_001),
            new("user/day", BudgetScope.User("alice"), new(2026, 3, 10, 0, 0, 0, TimeSpan.Zero), null, 350_001),
            new("user/none/input_tokens", BudgetScope.User("alice"), null, "input_tokens", 1_000_000_000),
        ],
        Lines = [new("input_tokens", 1_000, 0.00000015m, 0.00015m), new("output_tokens", 333, 0.0000006m, 0.0001998m), new("rounding", 1, 0.0000000004m, 0.0000000004m)],
        Usage = BudgetUsage.Tokens(1_000, 333),
        HeldNanos = 400_000,
        OverrunNanos = 7,
        IsLate = true,
        IsCostUnknown = true,
        CorrectedEntryId = "0006484b3f2a4240-0123456789abcdef",
        Actor = "bob",
        Reason = "because; 'quoted'",
    };

    [Fact]
    public async Task An_entry_is_read_as_it_was_written()
    {
        (await Ledger.AppendAsync([Whole])).Should().Be(1);

        var page = await Ledger.ReadEntriesAsync(new());

        page.NextCursor.Should().BeNull();
        page.Entries.Should().ContainSingle().Which.Should().BeEquivalentTo(Whole, options => options.ComparingByMembers<LedgerEntry>().Excluding(entry => entry.PriceVersion));
    }

    [Fact]
    public async Task A_denial_a_reset_and_an_allowance_are_read_as_they_were_written()
    {
        LedgerEntry[] entries =
        [
            new() { Kind = LedgerEntryKind.Denial, OperationId = "1", Time = Noon, Outcome = DecisionOutcome.BudgetExceeded, Operation = "chat" },
            new() { Kind = LedgerEntryKind.Reset, OperationId = "2", Time = Noon, Counters = [new("user/day", BudgetScope.User("alice"), Noon, null, -5)] },
            new() { Kind = LedgerEntryKind.Allowance, OperationId = "3", Time = Noon, Actor = "bob", Counters = [new("user/day", BudgetScope.User("alice"), Noon, null, 9)] },
        ];
        await Ledger.AppendAsync(entries);

        (await ReadAllAsync(new())).Should().BeEquivalentTo(entries, options => options.ComparingByMembers<LedgerEntry>());
    }

    [Fact]
    public async Task A_second_delivery_changes_nothing()
    {
        LedgerEntry[] entries = [Charge("1", 1m), Charge("2", 2m)];
        (await Ledger.AppendAsync(entries)).Should().Be(2);

        (await Ledger.AppendAsync([.. entries, Charge("3", 4m), Charge("3", 4m)])).Should().Be(1);

        (await Ledger.GetTotalAsync(new())).Should().Be(new LedgerTotal(7m, 3));
        (await Ledger.ReportAsync(new() { From = Noon.AddDays(-1), To = Noon.AddDays(1) })).Amount.Should().Be(7m);
    }

    [Fact]
    public async Task What_differs_in_any_part_of_its_identity_is_another_entry()
    {
        var one = Charge("1", 1m);
        LedgerEntry[] others =
        [
            one with { OperationId = "2" }, one with { Kind = LedgerEntryKind.Spend }, one with { Partition = "acme" }, one with { OperationScope = "acme" }, one with { Time = Noon.AddMicroseconds(1) },
        ];

        (await Ledger.AppendAsync([one, .. others])).Should().Be(6);

        (await Ledger.AppendAsync([one, .. others])).Should().Be(0);
        (await ReadAllAsync(new())).Select(entry => entry.Id).Should().OnlyHaveUniqueItems().And.HaveCount(6);
    }

    [Fact]
    public async Task Two_writers_at_once_write_each_entry_once()
    {
        await using var other = Harness.Open();
        var entries = Enumerable.Range(0, 3_000).Select(i => Charge($"{i}", 0.000000001m * (i + 1), Noon.AddSeconds(i), $"user-{i % 7}")).ToArray();

        var written = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(async () => await (i % 2 == 0 ? Ledger : other).AppendAsync([.. entries.Skip(i * 300).Take(1_500)]))));

        written.Sum().Should().Be(3_000);
        var sum = 0.000000001m * 3_000 * 3_001 / 2;
        (await Ledger.GetTotalAsync(new())).Should().Be(new LedgerTotal(sum, 3_000));
        var report = await other.ReportAsync(new() { From = Noon, To = Noon.AddHours(1), GroupBy = ["user"] });
        (report.Amount, report.Count).Should().Be((sum, 3_000));
    }

    [Fact]
    public async Task A_batch_may_name_what_others_have_written_and_what_nobody_has_in_any_order()
    {
        // By their numbers, so that what two entries share is found in the ledger, in the batch, or nowhere yet.
        LedgerEntry Numbered(int i) => Charge($"{i}", i, Noon.AddSeconds(i), $"user-{i % 17}", $"project-{i % 5}") with
        {
            Partition = i % 3 == 0 ? $"partition-{i % 2}" : null,
            OperationScope = i % 4 == 0 ? $"caller-{i % 7}" : null,
            Actor = i % 6 == 0 ? $"actor-{i % 11}" : null,
            Currency = i % 13 == 0 ? "EUR" : "USD",
            Lines = [new($"unit-{i % 9}", i, 0.5m + (i % 3), i * (0.5m + (i % 3)))],
            Counters = [new($"user/day/{i % 3}", BudgetScope.User($"user-{i % 17}"), Noon.AddDays(i % 2), i % 3 == 1 ? "tokens" : null, i)],
        };
        var entries = Enumerable.Range(1, 200).Select(Numbered).ToArray();
        await using (var other = Harness.Open())
            (await other.AppendAsync([.. entries.Where((_, i) => i % 8 == 3)])).Should().Be(25);

        (await Ledger.AppendAsync([.. entries.Reverse(), entries[10]])).Should().Be(175);

        (await ReadAllAsync(new())).Should().BeEquivalentTo(
            entries.Reverse(), options => options.ComparingByMembers<LedgerEntry>().Excluding(entry => entry.PriceVersion).WithStrictOrderingFor(info => info.Path.Length == 0));
    }

    [Fact]
    public async Task A_family_keeps_the_unit_with_which_it_came_first()
    {
        LedgerCounter Moved(string? unit) => new("user/day", BudgetScope.User("alice"), Noon, unit, 5);

        await Ledger.AppendAsync([Charge("1", 1m) with { Counters = [Moved("tokens")] }, Charge("2", 1m) with { Counters = [Moved(null)] }]);

        (await ReadAllAsync(new())).SelectMany(entry => entry.Counters).Select(counter => counter.Unit).Should().Equal("tokens", "tokens");
        (await CountAsync("moved from ledger_counter_totals")).Should().Be(10);
    }

    [Fact]
    public async Task Entries_of_one_moment_are_kept_apart()
    {
        var entries = Enumerable.Range(0, 2_500).Select(i => Charge($"{i}", 1m)).ToArray();

        await Ledger.AppendAsync(entries);

        (await ReadAllAsync(new() { Limit = 1_000 })).Should().Equal(entries.Reverse());
    }

    [Fact]
    public async Task The_price_of_a_version_is_kept_once_and_never_changes()
    {
        LedgerEntry Priced(string operation, decimal price) => Charge(operation, 1m) with { Lines = [new("input_tokens", 1_000, price, 1_000 * price)] };
        await Ledger.AppendAsync([Priced("1", 0.001m), Priced("2", 0.001m), Priced("3", 0.002m)]);

        var entries = await ReadAllAsync(new());

        entries.ToDictionary(entry => entry.OperationId, entry => entry.Lines[0].UnitPrice).Should().BeEquivalentTo(new Dictionary<string, decimal> { ["1"] = 0.001m, ["2"] = 0.001m, ["3"] = 0.002m });
        entries.Select(entry => entry.PriceVersion).Distinct().Should().HaveCount(2).And.NotContainNulls();
        (await CountAsync("count(*) from ledger_price_lines")).Should().Be(2);
    }

    [Fact]
    public async Task A_version_of_prices_is_what_was_asked_for_each_item_in_a_currency_and_a_cost_that_was_given_is_no_price()
    {
        LedgerEntry Of(string operation, params CostLine[] lines) => Charge(operation, 1m) with { Lines = [.. lines] };
        CostLine[] whole = [new("input_tokens", 10, 0.1m, 1m), new("output_tokens", 10, 0.2m, 2m)];
        LedgerEntry[][] versions =
        [
            [Of("a", whole), Of("b", new("input_tokens", 20, 0.1m, 2m), new("output_tokens", 1, 0.2m, 0.2m))],
            [Of("c", whole) with { Currency = "EUR" }],
            [Of("d", whole[0])],
            [Of("e", whole[1], whole[0])],
            [Of("f", new CostLine("cost", 1, 5m, 5m)), Of("g", new CostLine("cost", 1, 7m, 7m))],
            [Of("h", new CostLine("cost", 2, 5m, 10m)), Of("i", new CostLine("cost", 1, 5m, 6m))],
            [Of("j", new CostLine("rounding", 1, 0.5m, 0.5m)), Of("k", new CostLine("rounding", 1, 0.25m, 0.25m))],
            [Of("l", new CostLine("request", 1, 5m, 5m))],
        ];
        await Ledger.AppendAsync([.. versions.SelectMany(entries => entries)]);

        var read = (await ReadAllAsync(new())).ToDictionary(entry => entry.OperationId);

        read.Values.Should().BeEquivalentTo(versions.SelectMany(entries => entries), options => options.ComparingByMembers<LedgerEntry>().Excluding(entry => entry.PriceVersion));
        versions.Select(entries => entries.Select(entry => read[entry.OperationId].PriceVersion).Distinct().Should().ContainSingle().Subject).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task An_entry_without_lists_is_one_of_empty_ones_and_nothing_is_written_where_there_is_nothing()
    {
        var entry = Charge("1", 1m) with { Counters = default, Lines = default };

        (await Ledger.AppendAsync([])).Should().Be(0);
        (await Ledger.AppendAsync([entry])).Should().Be(1);

        var read = (await ReadAllAsync(new())).Should().ContainSingle().Which;
        (read.Counters.IsEmpty, read.Lines.IsEmpty, read.PriceVersion, read.Currency).Should().Be((true, true, null, "USD"));
    }

    [Fact]
    public void What_no_entry_can_be_is_refused()
    {
        FluentActions.Invoking(() => Charge("1", 1m) with { Kind = (LedgerEntryKind)99 }).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*no such kind*");
        FluentActions.Invoking(() => Charge("1", 1m) with { Count = 0 }).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*at least one*");
        FluentActions.Invoking(() => Charge("1", 1m) with { Scopes = null! }).Should().Throw<ArgumentNullException>();
        (Charge("1", 1m) with { Count = 1 }).Count.Should().Be(1);
        var (one, other, none) = (Charge("1", 1m), Charge("1", 2m), default(LedgerEntry));
        (one.Equals(other), one.GetHashCode() == other.GetHashCode(), one.Equals(none)).Should().Be((true, true, false), "an entry is who it is and not what it says");
        LedgerEntry[] others = [one with { Kind = LedgerEntryKind.Spend }, one with { OperationId = "2" }, one with { OperationScope = "2" }, one with { Partition = "2" }, one with { Time = Noon.AddSeconds(1) }];
        foreach (var different in others)
            different.Should().NotBe(one);
    }

    [Fact]
    public async Task The_total_of_a_counter_is_what_all_entries_have_moved_in_it()
    {
        LedgerCounter Moved(long nanos) => new("user/day", BudgetScope.User("alice"), Noon.AddHours(-12), null, nanos);
        await Ledger.AppendAsync([Charge("1", 1m) with { Counters = [Moved(5)] }, Charge("2", 1m) with { Counters = [Moved(7)] }]);
        await Ledger.AppendAsync(
        [
            Charge("3", 0m) with { Kind = LedgerEntryKind.Reset, Counters = [Moved(-12)] },
            Charge("4", 0m) with { Kind = LedgerEntryKind.Allowance, Counters = [Moved(100)] },
            Charge("5", 1m) with { Counters = [Moved(3)] },
        ]);

        (await CountAsync("moved from ledger_counter_totals")).Should().Be(3);
        (await CountAsync("allowance from ledger_counter_totals")).Should().Be(100);
        await Ledger.AppendAsync([Charge("6", 0m) with { Kind = LedgerEntryKind.Allowance, Counters = [Moved(-30)] }, Charge("7", 0m) with { Kind = LedgerEntryKind.Denial, Counters = [Moved(50)] }]);
        (await CountAsync("moved from ledger_counter_totals")).Should().Be(3);
        (await CountAsync("allowance from ledger_counter_totals")).Should().Be(70);
    }

    [Fact]
    public async Task An_amount_that_would_pass_64_bits_is_refused_whole()
    {
        await Ledger.AppendAsync([Charge("1", 0m) with { AmountNanos = long.MaxValue }]);

        await FluentActions.Awaiting(async () => await Ledger.AppendAsync([Charge("2", 1m), Charge("3", 1m, Noon.AddDays(1))])).Should().ThrowAsync<LedgerException>();

        (await Ledger.GetTotalAsync(new())).Should().Be(new LedgerTotal(long.MaxValue / 1_000_000_000m, 1));
        (await Ledger.AppendAsync([Charge("3", 1m, Noon.AddDays(1))])).Should().Be(1, "what was refused is not remembered");
        (await Ledger.ReportAsync(new() { From = Noon, To = Noon.AddDays(2) })).Amount.Should().Be((long.MaxValue / 1_000_000_000m) + 1m);
    }

    [Fact]
    public async Task A_database_that_a_later_version_has_written_is_left_alone()
    {
        await Ledger.AppendAsync([Charge("1", 1m)]);
        await ExecuteAsync("insert into ledger_versions (version) values (99)");
        await using var other = Harness.Open();

        await FluentActions.Awaiting(async () => await other.AppendAsync([Charge("2", 1m)])).Should().ThrowAsync<LedgerException>().WithMessage("*version 99*");
        await FluentActions.Awaiting(async () => await other.ReadEntriesAsync(new())).Should().ThrowAsync<LedgerException>().WithMessage("*version 99*");
        await FluentActions.Awaiting(async () => await Ledger.AppendAsync([Charge("3", 1m)])).Should().ThrowAsync<LedgerException>("it has begun to write before").WithMessage("*version 99*");
        (await CountAsync("count(*) from ledger_entries")).Should().Be(1);
    }

    [Fact]
    public async Task Several_processes_may_make_the_tables_at_once()
    {
        var ledgers = Enumerable.Range(0, 4).Select(_ => Harness.Open()).ToArray();

        var written = await Task.WhenAll(ledgers.Select((ledger, i) => Task.Run(async () => await ledger.AppendAsync([Charge($"{i}", 1m)]))));

        written.Should().AllBeEquivalentTo(1);
        (await CountAsync("max(version) - count(*) from ledger_versions")).Should().Be(0, "each version was made once");
        foreach (var ledger in ledgers)
            await ledger.DisposeAsync();
    }
}
