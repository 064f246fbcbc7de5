namespace BudgetFirewall.Ledger.Tests;

public abstract class EntriesAreFound<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    [Fact]
    public async Task Entries_are_found_by_every_scope_and_by_all_of_them_together()
    {
        var entry = Charge("1", 1m, project: "search") with { Scopes = new Dictionary<string, string> { ["provider"] = "openai", ["user"] = "alice", ["project"] = "search", ["model"] = "gpt-4o", ["tenant"] = "acme" } };
        await Ledger.AppendAsync([entry, Charge("2", 2m, user: "bob", provider: "mistral") with { Operation = "embed" }]);

        foreach (var scope in new[] { ("provider", "openai"), ("user", "alice"), ("project", "search"), ("model", "gpt-4o"), ("tenant", "acme"), ("operation", "chat") })
            (await ReadAllAsync(Of(scope))).Should().Equal([entry], scope.Item1);
        (await ReadAllAsync(Of(("user", "alice"), ("tenant", "acme"), ("provider", "openai"), ("operation", "chat")))).Should().Equal(entry);
        (await ReadAllAsync(Of(("user", "alice"), ("operation", "embed")))).Should().BeEmpty();
        (await ReadAllAsync(Of(("user", "nobody")))).Should().BeEmpty();
        (await ReadAllAsync(Of(("nothing", "alice")))).Should().BeEmpty();
        (await ReadAllAsync(Of(("global", "global")))).Should().HaveCount(2);
    }

    [Fact]
    public async Task Times_are_exact_to_the_microsecond()
    {
        var entries = Enumerable.Range(0, 10).Select(i => Charge($"{i}", 1m, Noon.AddMicroseconds(i))).ToArray();
        await Ledger.AppendAsync(entries);

        var found = await ReadAllAsync(new() { From = Noon.AddMicroseconds(3), To = Noon.AddMicroseconds(5) });

        found.Should().BeEquivalentTo([entries[3], entries[4]]);
        (await Ledger.GetTotalAsync(Of(("user", "alice")) with { From = Noon.AddMicroseconds(3), To = Noon.AddMicroseconds(5) })).Should().Be(new LedgerTotal(2m, 2));
    }

    [Fact]
    public async Task Entries_are_found_by_kind_and_by_operation()
    {
        var (charge, spend) = (Charge("1", 1m), Charge("1", 2m) with { Kind = LedgerEntryKind.Spend });
        await Ledger.AppendAsync([charge, spend, Charge("2", 4m)]);

        (await ReadAllAsync(new() { Kinds = [LedgerEntryKind.Spend] })).Should().Equal(spend);
        (await ReadAllAsync(new() { OperationId = "1" })).Should().BeEquivalentTo([charge, spend]);
        (await ReadAllAsync(new() { OperationId = "1", Kinds = [LedgerEntryKind.Charge], Scopes = new Dictionary<string, string> { ["user"] = "alice" } })).Should().Equal(charge);
        (await ReadAllAsync(new() { OperationId = "1", Scopes = new Dictionary<string, string> { ["user"] = "bob" } })).Should().BeEmpty();
        (await ReadAllAsync(new() { OperationId = "1", Kinds = [LedgerEntryKind.Reset] })).Should().BeEmpty();
        (await Ledger.GetTotalAsync(new() { OperationId = "1" })).Should().Be(new LedgerTotal(3m, 2));
    }

    [Fact]
    public async Task An_entry_is_found_by_its_id()
    {
        var entries = Enumerable.Range(0, 20).Select(i => Charge($"{i}", i)).ToArray();
        await Ledger.AppendAsync(entries);

        (await Ledger.FindEntryAsync(entries[13].Id)).Should().Be(entries[13]);
        (await Ledger.FindEntryAsync(Charge("none", 1m).Id)).Should().BeNull();
        foreach (var text in new[]
        {
            "", "x", "' or 1=1", new string('0', 16) + "-" + new string('0', 16), new string('0', 33), entries[0].Id[..32] + "g", "g" + entries[0].Id[1..], entries[0].Id + "0",
            entries[0].Id.Replace('-', '+'), "ffffffffffffffff-ffffffffffffffff", "7fffffffffffffff-0000000000000000", "0800000000000000-0000000000000000",
        })
        {
            (await Ledger.FindEntryAsync(text)).Should().BeNull(text);
        }
    }

    [Fact]
    public async Task An_entry_is_found_by_its_id_among_many_of_one_moment()
    {
        var entries = Enumerable.Range(0, 2_000).Select(i => Charge($"{i}", 1m)).ToArray();
        await Ledger.AppendAsync(entries);

        foreach (var entry in new[] { entries[0], entries[999], entries[1_000], entries[1_999] })
            (await Ledger.FindEntryAsync(entry.Id)).Should().Be(entry);
        (await Ledger.FindEntryAsync(Charge("none", 1m).Id)).Should().BeNull();
    }

    [Fact]
    public async Task Times_that_no_entry_can_have_are_those_of_none()
    {
        var entry = Charge("1", 1m, DateTimeOffset.UnixEpoch);
        await Ledger.AppendAsync([entry, Charge("2", 2m)]);

        (await ReadAllAsync(new() { From = DateTimeOffset.MinValue, To = DateTimeOffset.MaxValue })).Should().HaveCount(2);
        (await ReadAllAsync(new() { From = DateTimeOffset.MinValue, To = DateTimeOffset.UnixEpoch })).Should().BeEmpty();
        (await ReadAllAsync(new() { To = DateTimeOffset.UnixEpoch.AddMicroseconds(1) })).Should().Equal(entry);
        (await ReadAllAsync(new() { To = DateTimeOffset.UnixEpoch.AddDays(-1) })).Should().BeEmpty();
        (await Ledger.GetTotalAsync(new() { From = DateTimeOffset.MinValue, To = DateTimeOffset.MaxValue })).Should().Be(new LedgerTotal(3m, 2));
        (await ReadAllAsync(new() { From = DateTimeOffset.MinValue, To = DateTimeOffset.MaxValue, Limit = 1, IsOldestFirst = true })).Should().HaveCount(2);
    }

    [Fact]
    public async Task A_page_has_a_hundred_entries_unless_another_number_is_asked_for_and_a_total_has_no_pages()
    {
        await Ledger.AppendAsync([.. Enumerable.Range(0, 101).Select(i => Charge($"{i}", 1m))]);

        var page = await Ledger.ReadEntriesAsync(new());
        (page.Entries.Length, page.NextCursor is null).Should().Be((100, false));
        (await Ledger.ReadEntriesAsync(new() { Limit = 1 })).Entries.Should().HaveCount(1);
        (await Ledger.ReadEntriesAsync(new() { Limit = LedgerQuery.MaxLimit })).Entries.Should().HaveCount(101);
        (await Ledger.GetTotalAsync(new() { Cursor = page.NextCursor, Limit = 1 })).Should().Be(new LedgerTotal(101m, 101));
    }

    [Fact]
    public async Task Entries_of_one_partition_are_found_whatever_their_kind_and_scopes()
    {
        var (charge, reset) = (Charge("1", 1m) with { Partition = "acme" }, Charge("2", 0m, user: null) with { Partition = "acme", Kind = LedgerEntryKind.Reset });
        await Ledger.AppendAsync([charge, reset, Charge("1", 4m) with { Partition = "globex" }, Charge("3", 8m) with { Scopes = new Dictionary<string, string> { ["provider"] = "acme", ["partition"] = "acme" } }]);

        (await ReadAllAsync(new() { Partition = "acme" })).Should().BeEquivalentTo([charge, reset]);
        (await ReadAllAsync(Of(("user", "alice")) with { Partition = "acme" })).Should().Equal(charge);
        (await ReadAllAsync(new() { Partition = "acme", OperationId = "1" })).Should().Equal(charge);
        (await ReadAllAsync(new() { Partition = "acme" }))[0].Scopes.Keys.Should().NotContain(kind => kind.Contains('='));
        (await ReadAllAsync(new() { Partition = "nobody" })).Should().BeEmpty();
        (await ReadAllAsync(new())).Should().HaveCount(4);
        (await Ledger.GetTotalAsync(new() { Partition = "globex" })).Should().Be(new LedgerTotal(4m, 1));
    }

    [Fact]
    public async Task Pages_have_each_entry_once_newest_first_while_others_are_written()
    {
        var entries = Enumerable.Range(0, 25).Select(i => Charge($"{i}", 1m, Noon.AddSeconds(i))).ToArray();
        await Ledger.AppendAsync(entries);
        var query = new LedgerQuery { Limit = 10 };
        var first = await Ledger.ReadEntriesAsync(query);
        await Ledger.AppendAsync([Charge("new", 1m, Noon.AddHours(1))]);

        var second = await Ledger.ReadEntriesAsync(query with { Cursor = first.NextCursor });
        var third = await Ledger.ReadEntriesAsync(query with { Cursor = second.NextCursor, Limit = 1_000 });

        LedgerEntry[] all = [.. first.Entries, .. second.Entries, .. third.Entries];
        all.Should().Equal(entries.Reverse());
        (first.Entries.Length, second.Entries.Length, third.NextCursor).Should().Be((10, 10, null));
    }

    [Fact]
    public async Task A_page_that_ends_with_the_last_entry_has_no_next_one()
    {
        await Ledger.AppendAsync([.. Enumerable.Range(0, 20).Select(i => Charge($"{i}", 1m, Noon.AddSeconds(i)))]);
        var query = Of(("user", "alice")) with { Limit = 10 };
        var first = await Ledger.ReadEntriesAsync(query);

        (await Ledger.ReadEntriesAsync(query with { Cursor = first.NextCursor })).NextCursor.Should().BeNull();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("alice")]
    public async Task Pages_of_the_oldest_first_have_each_entry_once_and_their_cursors_are_those_of_no_other_order(string? user)
    {
        await Ledger.AppendAsync([.. Enumerable.Range(0, 25).Select(i => Charge($"call-{i}", 0.01m, Noon.AddMinutes(i % 5)))]);
        var query = new LedgerQuery { IsOldestFirst = true, From = Noon, Limit = 10, Scopes = user is null ? new Dictionary<string, string>() : new() { ["user"] = user } };

        var pages = new List<LedgerPage> { await Ledger.ReadEntriesAsync(query) };
        while (pages[^1].NextCursor is { } cursor)
            pages.Add(await Ledger.ReadEntriesAsync(query with { Cursor = cursor }));

        pages.Should().HaveCount(3);
        var entries = pages.SelectMany(page => page.Entries).ToList();
        entries.Select(entry => entry.Time).Should().BeInAscendingOrder();
        entries.Should().Equal((await ReadAllAsync(query with { IsOldestFirst = false })).AsEnumerable().Reverse());
        var other = () => Ledger.ReadEntriesAsync(query with { IsOldestFirst = false, Cursor = pages[0].NextCursor }).AsTask();
        await other.Should().ThrowAsync<ArgumentException>().WithMessage("*another query*");
    }

    [Fact]
    public async Task A_cursor_of_another_query_is_refused()
    {
        await Ledger.AppendAsync([.. Enumerable.Range(0, 3).Select(i => Charge($"{i}", 1m))]);
        var query = new LedgerQuery { From = Noon, To = Noon.AddDays(1), Limit = 1 };
        var cursor = (await Ledger.ReadEntriesAsync(query)).NextCursor;
        cursor.Should().NotBeNull();

        LedgerQuery[] others =
        [
            query with { From = null }, query with { To = null }, query with { To = Noon.AddDays(2) }, query with { Kinds = [LedgerEntryKind.Charge] }, query with { OperationId = "1" }, query with { Partition = "acme" },
            query with { Scopes = new Dictionary<string, string> { ["user"] = "alice" } },
        ];
        foreach (var other in others)
            await Refused(other with { Cursor = cursor }, "*another query*");
        var ofAlice = query with { Scopes = new Dictionary<string, string> { ["user"] = "alice" } };
        await Refused(query with { Scopes = new Dictionary<string, string> { ["user"] = "bob" }, Cursor = (await Ledger.ReadEntriesAsync(ofAlice)).NextCursor }, "*another query*");
        foreach (var text in new[] { "", "x", "'; drop table ledger_entries; --", cursor + "A", new string('A', 22) })
            await Refused(query with { Cursor = text }, "*cursor*");

        Task Refused(LedgerQuery asked, string message) => FluentActions.Awaiting(async () => await Ledger.ReadEntriesAsync(asked)).Should().ThrowAsync<ArgumentException>().WithMessage(message);
    }

    [Fact]
    public async Task A_cursor_of_a_query_that_is_as_long_and_asks_for_something_else_is_refused()
    {
        LedgerEntry Twin(string operation, int i) => Charge(operation, 1m, Noon.AddSeconds(i)) with { Partition = "1", Scopes = new Dictionary<string, string> { ["user"] = "alice", ["team"] = "alice" } };
        await Ledger.AppendAsync([Twin("1", 0), Twin("1", 1)]);
        (LedgerQuery One, LedgerQuery Other)[] pairs =
        [
            (new() { OperationId = "1" }, new() { OperationId = "2" }),
            (new() { OperationId = "1" }, new() { Partition = "1" }),
            (new() { Partition = "1" }, new() { Partition = "2" }),
            (Of(("user", "alice")), Of(("user", "clara"))),
            (Of(("user", "alice")), Of(("team", "alice"))),
            (new() { Kinds = [LedgerEntryKind.Charge] }, new() { Kinds = [LedgerEntryKind.Spend] }),
            (new() { From = Noon.AddDays(-1) }, new() { From = Noon.AddDays(-2) }),
        ];
        foreach (var (one, other) in pairs)
        {
            var cursor = (await Ledger.ReadEntriesAsync(one with { Limit = 1 })).NextCursor;
            cursor.Should().NotBeNull();

            await FluentActions.Awaiting(async () => await Ledger.ReadEntriesAsync(other with { Cursor = cursor })).Should().ThrowAsync<ArgumentException>().WithMessage("*another query*");
        }
        var both = Of(("user", "alice"), ("team", "alice"));
        var page = await Ledger.ReadEntriesAsync(both with { Limit = 1 });
        (await Ledger.ReadEntriesAsync(Of(("team", "alice"), ("user", "alice")) with { Cursor = page.NextCursor })).Entries.Should().ContainSingle();
    }

    [Fact]
    public async Task Times_that_are_reversed_are_refused()
    {
        var query = new LedgerQuery { From = Noon, To = Noon };

        await FluentActions.Awaiting(async () => await Ledger.ReadEntriesAsync(query)).Should().ThrowAsync<ArgumentException>().WithMessage("*before*");
        await FluentActions.Awaiting(async () => await Ledger.GetTotalAsync(query with { To = Noon.AddTicks(-1) })).Should().ThrowAsync<ArgumentException>().WithMessage("*before*");
        await FluentActions.Awaiting(async () => await Ledger.ReadEntriesAsync(new() { Kinds = [(LedgerEntryKind)99, default] })).Should().ThrowAsync<ArgumentException>().WithMessage("*99*");
        FluentActions.Invoking(() => new LedgerQuery { Limit = 0 }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new LedgerQuery { Limit = 1_001 }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => Charge("1", 1m, new DateTimeOffset(1969, 12, 31, 0, 0, 0, TimeSpan.Zero))).Should().Throw<ArgumentOutOfRangeException>();
    }

    // The kind of a dimension has no equals sign.
    private static string KindOf(string text) => text.Replace("=", "", StringComparison.Ordinal);

    [Fact]
    public void Scopes_that_would_be_taken_for_others_are_refused()
    {
        foreach (var (kind, id) in new[] { ("global", "global"), ("operation=", "chat"), ("", "x"), ("user", "") })
            FluentActions.Invoking(() => Charge("1", 1m) with { Scopes = new Dictionary<string, string> { [kind] = id } }).Should().Throw<ArgumentException>(kind);
    }

    [Fact]
    public async Task Hostile_text_is_data_everywhere()
    {
        string[] texts = ["'; drop table ledger_entries; --", "\" or \"\"=\"", "%_\\", "a\0b", "\u001a", "\u001a0", "\r\n,\"", "{list}{filters}", "@scope", "𝒳é", new('x', 256)];
        var entries = texts.Select((text, i) => new LedgerEntry
        {
            Kind = LedgerEntryKind.Charge,
            OperationId = text,
            OperationScope = text,
            Partition = text,
            Time = Noon.AddSeconds(i),
            Scopes = new Dictionary<string, string> { ["provider"] = text, ["user"] = text, [KindOf(text)] = text },
            Operation = text,
            AmountNanos = 1,
            Currency = text,
            Actor = text,
            Reason = text,
            CorrectedEntryId = text,
            Lines = [new(text, 2, 3, 6)],
            Counters = [new(text, BudgetScope.User(text), Noon, text, 1)],
            Usage = new() { Units = new Dictionary<string, decimal> { [text] = 1m } },
        }).ToArray();
        await Ledger.AppendAsync(entries);

        for (var i = 0; i < texts.Length; i++)
        {
            (await ReadAllAsync(Of((KindOf(texts[i]), texts[i]), ("user", texts[i]), ("operation", texts[i])) with { OperationId = texts[i] }))
                .Should().ContainSingle().Which.Should().BeEquivalentTo(entries[i], options => options.ComparingByMembers<LedgerEntry>().Excluding(entry => entry.PriceVersion));
            (await Ledger.ReportAsync(new() { From = Noon, To = Noon.AddHours(1), GroupBy = [KindOf(texts[i])], Scopes = new Dictionary<string, string> { ["provider"] = texts[i] } }))
                .Rows.Should().ContainSingle().Which.Names.Should().Equal(texts[i]);
        }
    }
}
