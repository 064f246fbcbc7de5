using System.Text.Json;
using System.Text.Json.Nodes;
using BudgetFirewall.Receipts;

namespace BudgetFirewall.Ledger.Tests.Erasing;

/// <summary>Which texts of a ledger are taken to name a person, member by member and place by place.</summary>
public abstract class TextsAreRewritten<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    /// <summary>Words of the formats, and what could be a part of a number or a time.</summary>
    private static readonly string[] Mistakable =
    [
        "true", "false", "null", "evt", "alr", "erased", "user", "second", "minute", "hour", "day", "week", "month", "quarter", "year", "forever", "utc", "Day", "7", "T", "Z", "E", "e", "12:30", "2E8", "2026-03-10T12Z",
    ];

    private static readonly string[] Telling = ["by", "actor", "reason", "note", "resolution", "acknowledgedBy", "resolvedBy", "decidedBy", "operationId", "operationScope", "subject"];

    private static readonly string[] Naming = ["id", "budgetId", "rateLimitId", "approvalId", "poolId", "allocationId", "reservationId", "name", "source", "text", "cause", "i", "n", "g"];

    private int _changes;

    [Fact]
    public async Task Members_that_tell_of_somebody_or_have_names_are_rewritten_and_others_only_behind_the_kind()
    {
        string[] others = ["owner", "u", "s", "w", "o", "userName", "superuser"];
        await AppendAsync("alice", new JsonObject([.. Telling.Concat(Naming).Concat(others).Select(name => KeyValuePair.Create(name, (JsonNode?)"to alice, user=alice"))])
        {
            ["user"] = "alice", ["userId"] = "alice", ["user=alice"] = 1, ["by list"] = new JsonArray("alice", "user=alice"), ["list"] = new JsonObject { ["user"] = new JsonArray("alice", "bob"), ["by"] = new JsonArray("alice") },
        });

        (await ErasedAsync("alice")).Remainders.Should().BeEmpty();

        var after = JsonNode.Parse((await AfterAsync(0))!)!;
        after.AsObject().Where(member => member.Value is JsonValue value && value.GetValueKind() == JsonValueKind.String).Select(member => (member.Key, member.Value!.GetValue<string>())).Should().Equal(
            [.. Telling.Concat(Naming).Select(name => (name, "to (erased 1), user=(erased 1)")), .. others.Select(name => (name, "to alice, user=(erased 1)")), ("user", "(erased 1)"), ("userId", "(erased 1)")]);
        after["user=(erased 1)"]!.GetValue<int>().Should().Be(1);
        after["by list"]!.ToJsonString().Should().Be("""["alice","user=(erased 1)"]""");
        after["list"]!.ToJsonString().Should().Be("""{"user":["(erased 1)","bob"],"by":["alice"]}""");
    }

    [Fact]
    public async Task An_id_that_could_be_something_else_is_no_name_but_it_is_somebody_who_is_told_of()
    {
        foreach (var id in Mistakable)
            await AppendAsync(id, new JsonObject { ["id"] = id, ["text"] = $"a {id} b", ["by"] = id, ["reason"] = $"for {id}", ["s"] = $"user={id}", ["period"] = id });

        for (var i = 0; i < Mistakable.Length; i++)
        {
            var (id, erased) = (Mistakable[i], PersonalValue.ErasedId(i + 1));
            (await ErasedAsync(id)).ErasedId.Should().Be(erased);
            JsonNode.Parse((await AfterAsync(i))!)!.ToJsonString().Should().Be(new JsonObject { ["id"] = id, ["text"] = $"a {id} b", ["by"] = erased, ["reason"] = $"for {erased}", ["s"] = $"user={erased}", ["period"] = id }.ToJsonString(), id);
        }
    }

    [Theory]
    [InlineData("Ta")]
    [InlineData("hours")]
    [InlineData("x1")]
    public async Task An_id_that_could_be_nothing_else_is_rewritten_in_names(string id)
    {
        await AppendAsync(id, new JsonObject { ["id"] = $"{id}/day" });

        await ErasedAsync(id);

        (await AfterAsync(0)).Should().Be("""{"id":"(erased 1)/day"}""");
    }

    [Theory]
    [InlineData("{ for alice", "{ for (erased 1)")]
    [InlineData("""["alice","user=alice"]""", """["alice","user=(erased 1)"]""")]
    [InlineData("to alice", "to (erased 1)")]
    [InlineData("""{"by":"bob","n":1.50,"a":[true,false,null]}""", """{"by":"bob","n":1.50,"a":[true,false,null]}""")]
    [InlineData("""{ "n": 1.50, "a": [true, false, null], "by": "alice" }""", """{"n":1.50,"a":[true,false,null],"by":"(erased 1)"}""")]
    [InlineData("""{ "a" : "malice" }""", """{ "a" : "malice" }""")]
    public async Task What_is_no_JSON_is_a_text_and_JSON_in_which_nothing_changes_stays_sign_by_sign(string content, string after)
    {
        await Ledger.AppendAsync([Change("alice", content) with { Before = content }]);

        await ErasedAsync("alice");

        (await ReadAllAsync(new())).Should().ContainSingle().Which.Should().Match<LedgerEntry>(entry => entry.After == after && entry.Before == after);
    }

    [Theory]
    [InlineData("name", """{"x":1}""", "alice", 1)]
    [InlineData("other", """{"u":"alice"}""", "alice", 1)]
    [InlineData("other", """{"s":"of alice"}""", "alice", 1)]
    [InlineData("other", """{"w":"alice"}""", "alice", 1)]
    [InlineData("other", """{"o":"alice"}""", "alice", 1)]
    [InlineData("other", """{"p":"alice"}""", "alice", 0)]
    [InlineData("alice", null, "alice", 1)]
    [InlineData("of alice", "{}", "alice", 1)]
    [InlineData("other", """{"u":"7"}""", "7", 1)]
    [InlineData("other", """{"u":"of 7"}""", "7", 0)]
    [InlineData("7", null, "7", 1)]
    [InlineData("user=7/day", null, "7", 1)]
    [InlineData("of 7", null, "7", 0)]
    public async Task What_is_in_force_is_looked_through(string name, string? content, string id, int count)
    {
        await Ledger.AppendAsync([Charge("x", 1m, user: id)]);
        await ExecuteAsync($"insert into ledger_store_state (kind, partition_id, version, expires_us, name, content) values (1, 0, 1, null, '{(name == "name" ? id : name)}', {(content is null ? "null" : $"'{content}'")})");

        (await ErasedAsync(id)).Remainders.Should().BeEquivalentTo(count == 0 ? [] : new[] { new LedgerErasureRemainder(LedgerErasurePlace.LiveState, 1) });
    }

    [Fact]
    public async Task Kinds_and_families_that_have_the_name_are_told()
    {
        await Ledger.AppendAsync(
        [
            Charge("x", 1m, user: "alice") with
            {
                Scopes = new Dictionary<string, string> { ["alice"] = "y", ["user"] = "alice" }, Counters = [new("alice/day", BudgetScope.Of("alice", "y"), Noon, null, 1)], Actor = "alice",
            },
        ]);

        var result = await ErasedAsync("alice");

        result.Remainders.Should().Equal(new LedgerErasureRemainder(LedgerErasurePlace.OtherName, 1), new(LedgerErasurePlace.CounterFamily, 1));
        result.IsComplete.Should().BeFalse();
        (await ReadAllAsync(new())).Single().Actor.Should().Be("(erased 1)");
        (await CountAsync("count(*) from ledger_names where name = 'alice'")).Should().Be(1, "it is the name of a kind too");
    }

    [Theory]
    [InlineData("qx7zv4w", 0)]
    [InlineData("qx7zv4wk", 3)]
    public async Task A_long_id_inside_of_words_stays_and_is_counted(string id, int count)
    {
        await Ledger.AppendAsync([Charge($"a{id}b", 1m) with { Reason = $"for {id}s" }, Charge($"user={id}", 1m) with { Reason = "nothing" }, Change("pool", $$"""{"owner":"{{id}}"}""") with { Actor = id }]);

        (await ErasedAsync(id)).Remainders.Should().BeEquivalentTo(count == 0 ? [] : new[] { new LedgerErasureRemainder(LedgerErasurePlace.PartOfWord, count) });

        (await ReadAllAsync(new())).Select(entry => entry.OperationId).Should().BeEquivalentTo($"a{id}b", "user=(erased 1)", "pool");
    }

    [Fact]
    public async Task A_text_that_names_two_persons_is_rewritten_for_each_and_its_receipts_stay_true()
    {
        using var signer = EcdsaSigner.Generate();
        var receipts = LedgerReceipts.Of(Ledger, new() { Origin = "example.com/ledger", Signer = signer });
        await Ledger.AppendAsync([Charge("alice-bob", 1m, user: "alice") with { Reason = "for alice and bob" }, Charge("2", 1m, user: "bob")]);

        var first = await ErasedAsync("alice");
        var second = await ErasedAsync("bob");

        (first.Entries, first.IsComplete, second.Entries, second.IsComplete).Should().Be((1, true, 2, true));
        (await Ledger.ReadEntriesAsync(new() { OperationId = "(erased 1)-(erased 2)" })).Entries.Single().Reason.Should().Be("for (erased 1) and (erased 2)");
        (await receipts.VerifyAllAsync()).Findings.Should().BeEmpty();
    }

    [Fact]
    public async Task More_entries_than_are_read_at_once_are_all_rewritten()
    {
        using var signer = EcdsaSigner.Generate();
        var receipts = LedgerReceipts.Of(Ledger, new() { Origin = "example.com/ledger", Signer = signer });
        await Ledger.AppendAsync([.. Enumerable.Range(0, 1_001).Select(i => Charge($"{i}", 1m) with { Reason = i < 501 ? "for alice" : null, Time = Noon.AddSeconds(i) })]);
        for (var i = 0; i < 502; i++)
            await ExecuteAsync($$"""insert into ledger_events (time_us, recorded_us, event_id, type, body) values (0, 0, 'evt_{{(i % 2 == 0 ? "alice" : "x")}}-{{i}}', 't', '{{(i % 3 == 0 ? """{"by":"alice"}""" : "{}")}}')""");

        (await ErasedAsync("alice")).Entries.Should().Be(1_001);

        (await EveryText.FindAsync(Harness, "alice")).Should().BeEmpty();
        (await CountAsync("count(*) from ledger_events where event_id like 'evt_(erased 1)-%'")).Should().Be(251);
        (await LedgerErasure.Of(Ledger).ListAsync()).Should().ContainSingle().Which.Values.Should().Be(1_502);
        (await receipts.VerifyAllAsync()).Findings.Should().BeEmpty();
    }

    [Fact]
    public async Task Who_is_named_by_a_change_or_a_correction_alone_is_rewritten_there()
    {
        await Ledger.AppendAsync([Charge("x", 1m, user: "bob"), Change("pool", """{"by":"alice"}""") with { Before = "{}" }]);
        await ExecuteAsync(
            "insert into ledger_corrections (amount_nanos, before_nanos, is_whole, charge_us, noted_us, applied_us, correction_id, operation_scope, partition_name, fingerprint, charge_id, actor, reason) "
            + "values (1, 0, 0, 0, 0, 5, 'plain', '', '', 'f', 'x', 'alice', null), (1, 0, 0, 0, 0, 5, 'other', '', '', 'f', 'x', 'bob', 'malice')");

        var result = await ErasedAsync("alice");

        (result.ErasedId, result.Entries).Should().Be(("(erased 1)", 1));
        (await ReadAllAsync(new())).Should().Contain(entry => entry.Before == "{}" && entry.After == """{"by":"(erased 1)"}""");
        (await CountAsync("count(*) from ledger_corrections where correction_id = 'plain' and actor = '(erased 1)' and reason is null and fingerprint <> 'f'")).Should().Be(1);
        (await CountAsync("count(*) from ledger_corrections where correction_id = 'other' and fingerprint = 'f'")).Should().Be(1);
    }

    [Fact]
    public async Task A_salt_that_was_changed_keeps_anybody_from_being_erased()
    {
        using var signer = EcdsaSigner.Generate();
        LedgerReceipts.Of(Ledger, new() { Origin = "example.com/ledger", Signer = signer });
        await Ledger.AppendAsync([Charge("1", 1m)]);
        foreach (var salt in new[] { "no base 64!", "AAAA" })
        {
            await ExecuteAsync($"update ledger_personal_values set salt = '{salt}'");

            await FluentActions.Awaiting(() => ErasedAsync("alice")).Should().ThrowAsync<LedgerException>().WithMessage("*salt in the ledger was changed*");
        }
        (await Ledger.GetTotalAsync(Of(("user", "alice")))).Count.Should().Be(1);
    }

    private static LedgerEntry Change(string id, string after) => new() { Kind = LedgerEntryKind.PoolChange, OperationId = "pool", Time = Noon, After = after, Reason = id == "pool" ? null : $"of {id}" };

    private async Task AppendAsync(string person, JsonObject after)
    {
        var number = _changes++;
        await Ledger.AppendAsync([new() { Kind = LedgerEntryKind.BudgetChange, OperationId = $"change-{number}", Time = Noon.AddSeconds(number), Actor = person, Before = "{}", After = after.ToJsonString() }, Charge($"of {number}", 1m, user: person)]);
    }

    /// <summary>The content of a change that was appended, which is known by its time: its id may have been rewritten.</summary>
    private async Task<string?> AfterAsync(int number) => (await ReadAllAsync(new() { Kinds = [LedgerEntryKind.BudgetChange] })).Single(entry => entry.Time == Noon.AddSeconds(number)).After;

    private async Task<LedgerErasureResult> ErasedAsync(string user) => await LedgerErasure.Of(Ledger, timeProvider: Clock).EraseAsync(BudgetScope.User(user), "privacy");
}
