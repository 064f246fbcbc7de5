using System.Security.Cryptography;
using System.Text;
using BudgetFirewall.Conformance;
using BudgetFirewall.Tests.Registration;

namespace BudgetFirewall.Tests.Outbox;

public sealed class FileJournalTests : OutboxTests
{
    [Fact]
    public async Task What_one_process_leaves_the_next_delivers_once()
    {
        await LeaveAsync(
            async firewall => await firewall.ChargeAsync(Request(1m) with
            {
                OperationId = "ein\n\"Ding\" 🧾",
                Dimensions = new Dictionary<string, string> { ["tenant"] = "{a}:*" },
                Usage = new BudgetUsage { RequestBytes = 1024, InputTokens = 10, Units = new Dictionary<string, decimal> { ["record"] = 0.000001m } },
            }),
            async firewall => await firewall.ChargeAsync(Request(2m)));

        var (next, _) = Open();

        (next.Outbox.Count, next.Outbox.Amount).Should().Be((2, 3m));
        await DeliverAsync(next);
        await next.AssertStandsAtAsync(Alice, spent: 3m);
        await next.DisposeAsync();
        Observer.Charges.First().OperationId.Should().Be("ein\n\"Ding\" 🧾");
        var (last, _) = Open();
        last.Outbox.Count.Should().Be(0);
        await last.DisposeAsync();
    }

    [Fact]
    public async Task Commits_keep_their_usage_and_the_prices_of_then()
    {
        var (firewall, chaos) = Open(price: 0.5m);
        var reservation = await firewall.ReserveAsync(new BudgetRequest { Provider = "finnhub", UserId = "alice", Usage = Records(4) });
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        (await reservation.CommitAsync(Records(3))).Cost.Should().Be(1.5m);
        await firewall.DisposeAsync();

        var (next, _) = Open(price: 100m);
        await DeliverAsync(next);

        await next.AssertStandsAtAsync(Alice, spent: 1.5m);
        await next.DisposeAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(100)]
    [InlineData(int.MaxValue)]
    public async Task A_torn_last_line_was_never_kept_and_is_no_trouble(int bytesLeft)
    {
        await LeaveAsync(async firewall => await firewall.ChargeAsync(Request(1m)));
        var whole = await File.ReadAllBytesAsync(FilePath);
        var lastLine = whole[(Array.LastIndexOf(whole, (byte)'\n', whole.Length - 2) + 1)..];
        await File.WriteAllBytesAsync(FilePath, [.. whole, .. lastLine[..Math.Min(bytesLeft, lastLine.Length - 1)]]);

        var (next, _) = Open();

        next.Outbox.Count.Should().Be(1);
        await DeliverAsync(next);
        await next.AssertStandsAtAsync(Alice, spent: 1m);
        CorruptFiles.Should().BeEmpty();
        await next.DisposeAsync();
    }

    [Theory]
    [InlineData("first", 2)]
    [InlineData("second", 1)]
    public async Task A_corrupt_line_is_reported_and_kept_and_the_others_are_delivered(string id, int delivered)
    {
        await LeaveAsync(
            async firewall => await firewall.ChargeAsync(Request(1m) with { OperationId = "first" }),
            async firewall => await firewall.ChargeAsync(Request(2m) with { OperationId = "second" }));
        var text = await File.ReadAllTextAsync(FilePath);
        var broken = text.Replace($"\"{id}\"", $"\"{id.ToUpperInvariant()}\"", StringComparison.Ordinal);
        await File.WriteAllTextAsync(FilePath, broken);
        var log = new RecordingLoggerFactory();

        var (next, _) = Open(log: log);

        next.Outbox.Count.Should().Be(1);
        log.Entries.Should().Contain(entry => entry.Message.Contains("1 lines that are not as they were written", StringComparison.Ordinal));
        (await File.ReadAllTextAsync(CorruptFiles.Should().ContainSingle().Which.FullName)).Should().Be(broken);
        await DeliverAsync(next);
        await next.AssertStandsAtAsync(Alice, spent: delivered);
        await next.DisposeAsync();
    }

    [Theory]
    [InlineData("""{"t":"z"}""")]
    [InlineData("""{"t":"d","s":1,"new":2}""")]
    [InlineData("""{"t":"e","s":7,"k":0}""")]
    [InlineData("{")]
    public async Task A_line_that_is_whole_but_not_understood_keeps_the_file_closed_and_as_it_is(string json)
    {
        await LeaveAsync(async firewall => await firewall.ChargeAsync(Request(1m)));
        var known = await File.ReadAllTextAsync(FilePath);
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)))[..16];
        await File.AppendAllTextAsync(FilePath, $"{digest} {json}\n");
        var text = await File.ReadAllTextAsync(FilePath);

        var e = FluentActions.Invoking(() => Open()).Should().ThrowExactly<InvalidOperationException>().Which;

        e.Message.Should().Contain(FilePath);
        e.Message.Should().Contain($"line {known.Count(c => c == '\n') + 1} ");
        (await File.ReadAllTextAsync(FilePath)).Should().Be(text);
    }

    [Theory]
    [InlineData("my diary")]
    [InlineData("my diary\nFriday\n")]
    [InlineData("\n")]
    public async Task A_file_that_is_no_journal_is_left_alone(string text)
    {
        await File.WriteAllTextAsync(FilePath, text);

        var e = FluentActions.Invoking(() => Open()).Should().ThrowExactly<InvalidOperationException>().Which;

        e.Message.Should().Contain("is not a journal");
        (await File.ReadAllTextAsync(FilePath)).Should().Be(text);
    }

    [Fact]
    public async Task An_empty_file_becomes_a_journal()
    {
        await File.WriteAllTextAsync(FilePath, "");

        var (firewall, _) = Open();

        firewall.Outbox.Count.Should().Be(0);
        await firewall.DisposeAsync();
    }

    [Fact]
    public async Task A_file_belongs_to_one_firewall_at_a_time_and_to_its_budgets()
    {
        var (first, _) = Open();
        var locked = FluentActions.Invoking(() => Open()).Should().ThrowExactly<InvalidOperationException>().Which;
        await first.DisposeAsync();
        var foreign = FluentActions.Invoking(() => Open(prefix: "other")).Should().ThrowExactly<InvalidOperationException>().Which;

        locked.Message.Should().Contain("cannot be locked");
        foreign.Message.Should().Contain("KeyPrefix 'bf', not 'other'");
        var (again, _) = Open();
        await again.DisposeAsync();
    }

    [Fact]
    public async Task A_charge_that_may_have_happened_too_long_ago_is_not_repeated_but_reported()
    {
        var (firewall, chaos) = Open();
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        chaos.Strike(StoreCalls.Decide, StoreFault.AnswerLost);
        await firewall.ChargeAsync(Request(1m) with { OperationId = "unknown" });
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        await firewall.ChargeAsync(Request(2m) with { OperationId = "certainly not" });
        await firewall.DisposeAsync();
        Clock.Advance(TimeSpan.FromMinutes(55));

        var (next, _) = Open();
        await DeliverAsync(next);

        (await Eventually.HoldsAsync(() => !Observer.Undeliverable.IsEmpty)).Should().BeTrue();
        var undeliverable = Observer.Undeliverable.Should().ContainSingle().Which;
        (undeliverable.OperationId, undeliverable.Reason, undeliverable.Cost).Should().Be(((string, UndeliverableReason, decimal?))("unknown", UndeliverableReason.OutcomeUnknown, 1m));
        (await File.ReadAllTextAsync(FilePath + ".undeliverable")).Should().Contain("\"unknown\"");
        // The answer of the first was lost, not the charge.
        await next.AssertStandsAtAsync(Alice, spent: 3m);
        await next.DisposeAsync();
    }

    [Fact]
    public async Task The_file_does_not_grow_with_what_was_delivered()
    {
        var (firewall, chaos) = Open();
        for (var round = 0; round < 3; round++)
        {
            chaos.Strike(StoreCalls.All, StoreFault.NotReached);
            for (var i = 0; i < 50; i++)
                await firewall.ChargeAsync(Request(0.001m));
            chaos.Heal();
            await DeliverAsync(firewall);
        }

        new FileInfo(FilePath).Length.Should().BeInRange(1, 200);
        await firewall.AssertStandsAtAsync(Alice, spent: 0.15m);
        await firewall.DisposeAsync();
    }

    [Fact]
    public async Task What_memory_still_holds_when_the_firewall_is_disposed_is_reported()
    {
        var (firewall, chaos) = Open(isInMemory: true);
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        await firewall.ChargeAsync(Request(1m) with { OperationId = "left" });

        await firewall.DisposeAsync();

        (Observer.Undeliverable.Should().ContainSingle().Which.OperationId, Observer.Undeliverable.Should().ContainSingle().Which.Reason).Should().Be(("left", UndeliverableReason.Abandoned));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_charge_that_fails_after_the_firewall_was_disposed_is_not_called_kept(bool isInMemory)
    {
        var (firewall, chaos) = Open(isInMemory: isInMemory);
        var stall = new StoreStall(isDoneFirst: false);
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        chaos.StrikeNext(StoreCalls.Decide, stall);
        var charge = firewall.ChargeAsync(Request(1m) with { OperationId = "late" }).AsTask();
        (await Eventually.HoldsAsync(() => stall.Waiting == 1)).Should().BeTrue();

        await firewall.DisposeAsync();
        Clock.Advance(TimeSpan.FromMinutes(1));

        var e = (await FluentActions.Awaiting(() => charge).Should().ThrowExactlyAsync<ChargeUnconfirmedException>()).Which;
        (e.OperationId, e.MayHaveHappened).Should().Be(("late", true));
        firewall.Outbox.Count.Should().Be(0);
    }

    [Fact]
    public async Task Disposing_delivers_what_the_store_takes()
    {
        var (firewall, chaos) = Open(isInMemory: true);
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        await firewall.ChargeAsync(Request(1m) with { OperationId = "left" });
        chaos.Heal();

        await firewall.DisposeAsync();

        Observer.Undeliverable.Should().BeEmpty();
        Observer.Charges.Should().ContainSingle().Which.Cost.Should().Be(1m);
    }
}
