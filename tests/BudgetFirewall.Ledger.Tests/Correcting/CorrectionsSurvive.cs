using BudgetFirewall.Conformance;
using BudgetFirewall.Redis.Servers;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>
/// A correction whose process dies after any of its steps is finished by another one, or by its caller's repetition, and is made once. In memory no answer is lost: that store dies with its process.
/// </summary>
public abstract class CorrectionsSurvive<THarness> : LedgerSuite<THarness> where THarness : ILedgerHarness, new()
{
    private static readonly BudgetRequest Call = new() { Provider = "openai", UserId = "alice", Cost = 2m, OperationId = "call-1" };

    private static readonly ChargeCorrection Refund = new() { OperationId = "call-1", CorrectionId = "note-1" };

    private readonly string _prefix = "s" + Guid.NewGuid().ToString("N")[..12];

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Noted_and_not_confirmed_it_is_finished_by_a_repetition_with_the_same_id(bool isRedis, bool isDone)
    {
        await using var process = await StartAsync(isRedis);
        await process.Firewall.ChargeAsync(Call);
        process.Store.Next = isDone ? FaultyCorrections.Fault.AnswerLost : FaultyCorrections.Fault.NotReached;
        var failure = (await FluentActions.Awaiting(() => process.Firewall.RefundAsync(Refund, 0.5m).AsTask()).Should().ThrowAsync<ChargeUnconfirmedException>()).Which;
        (failure.OperationId, failure.MayHaveHappened).Should().Be(("note-1", true));
        process.Store.Next = FaultyCorrections.Fault.None;

        var receipt = await process.Firewall.RefundAsync(Refund, 0.5m);

        (receipt.Amount, receipt.Cost).Should().Be((0.5m, 1.5m));
        await AssertMadeOnceAsync(process);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task What_a_dead_process_has_noted_is_made_by_another_one_after_a_minute(bool isRedis, bool isDone)
    {
        await using (var dying = await StartAsync(isRedis, clock: Clock))
        {
            await dying.Firewall.ChargeAsync(Call);
            await FlushAsync(dying);
            dying.Store.Next = isDone ? FaultyCorrections.Fault.AnswerLost : FaultyCorrections.Fault.NotReached;
            await FluentActions.Awaiting(() => dying.Firewall.RefundAsync(Refund, 0.5m).AsTask()).Should().ThrowAsync<ChargeUnconfirmedException>();
            if (!isDone)
                (await CountAsync("count(*) from ledger_corrections where applied_us is null")).Should().Be(1);
        }
        await using var process = await StartAsync(isRedis, clock: Clock);

        await PassUntilAsync(TimeSpan.FromSeconds(61), StepPatience, async () => await CountAsync("count(*) from ledger_corrections where applied_us is not null") == 1);

        await AssertMadeOnceAsync(process);
        (await process.Firewall.RefundAsync(Refund, 0.5m)).IsReplay.Should().BeTrue();
    }

    [Fact]
    public async Task Long_after_the_store_has_forgotten_its_id_it_is_not_made_a_second_time()
    {
        await using var process = await StartAsync(isRedis: true);
        await process.Firewall.ChargeAsync(Call);
        process.Store.Next = FaultyCorrections.Fault.AnswerLost;
        await FluentActions.Awaiting(() => process.Firewall.RefundAsync(Refund, 0.5m).AsTask()).Should().ThrowAsync<ChargeUnconfirmedException>();
        process.Store.Next = FaultyCorrections.Fault.None;
        await process.Feed.FlushAsync();
        await ForgetCorrectionsAsync();

        (await process.Firewall.RefundAsync(Refund, 0.5m)).IsReplay.Should().BeTrue();

        await AssertMadeOnceAsync(process);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_that_was_held_up_until_the_store_has_forgotten_its_id_is_made_only_if_nobody_has_made_it_meanwhile(bool isMadeMeanwhile)
    {
        await using var process = await StartAsync(isRedis: false);
        await process.Firewall.ChargeAsync(Call);
        var isFirst = true;
        process.Store.Before = async () =>
        {
            if (!isFirst)
                return;
            isFirst = false;
            if (isMadeMeanwhile)
                await process.Firewall.RefundAsync(Refund, 0.5m);
            // No time passes for whoever waits for the call.
            Clock.SetTo(Clock.GetUtcNow().AddHours(3));
        };

        (await process.Firewall.RefundAsync(Refund, 0.5m)).IsReplay.Should().Be(isMadeMeanwhile);
        await AssertMadeOnceAsync(process);
    }

    [Fact]
    public async Task A_process_whose_clock_is_hours_slow_learns_the_stores_time()
    {
        await using var process = await StartAsync(isRedis: true, clock: new SkewedTimeProvider(TimeProvider.System, TimeSpan.FromHours(-2)));
        await process.Firewall.ChargeAsync(Call);

        (await process.Firewall.RefundAsync(Refund, 0.5m)).IsReplay.Should().BeFalse();

        await AssertMadeOnceAsync(process);
    }

    [Fact]
    public async Task In_memory_what_was_given_back_is_there_after_a_restart()
    {
        await using (var first = await StartAsync(isRedis: false))
        {
            await first.Firewall.ChargeAsync(Call);
            await first.Firewall.RefundAsync(Refund, 0.5m);
        }
        await using var second = await StartAsync(isRedis: false);

        await AssertMadeOnceAsync(second);
        (await second.Firewall.RefundAsync(Refund, 0.5m)).IsReplay.Should().BeTrue();
        (await second.Firewall.RefundAsync(Refund with { CorrectionId = "rest" })).Amount.Should().Be(1.5m);
    }

    [Fact]
    public async Task A_charge_that_is_not_kept_any_more_leaves_what_was_given_back_of_it_and_no_more_is_given()
    {
        await using var process = await StartAsync(isRedis: false);
        await process.Firewall.ChargeAsync(Call);
        var made = await process.Firewall.RefundAsync(Refund, 0.5m);
        process.Store.Next = FaultyCorrections.Fault.NotReached;
        await FluentActions.Awaiting(() => process.Firewall.RefundAsync(Refund with { CorrectionId = "note-2" }, 0.25m).AsTask()).Should().ThrowAsync<ChargeUnconfirmedException>();
        process.Store.Next = FaultyCorrections.Fault.None;
        await FlushAsync(process);
        await ExecuteAsync("delete from ledger_entries where kind = 1");

        (await process.Firewall.RefundAsync(Refund, 0.5m)).Should().BeEquivalentTo(made with { IsReplay = true, OperationId = "", Cost = 0m });
        (await FluentActions.Awaiting(() => process.Firewall.RefundAsync(Refund with { CorrectionId = "note-2" }, 0.25m).AsTask()).Should().ThrowAsync<ChargeNotFoundException>().WithMessage("*not kept any more*"))
            .Which.OperationId.Should().Be("note-2");
        (await FluentActions.Awaiting(() => process.Firewall.RefundAsync(Refund with { CorrectionId = "note-3" }, 0.25m).AsTask()).Should().ThrowAsync<ChargeNotFoundException>()).Which.Message.Should().Contain("may be repeated");
    }

    [Fact]
    public async Task A_store_whose_clock_runs_away_is_asked_a_few_times_and_the_correction_stays_noted()
    {
        await using var process = await StartAsync(isRedis: false);
        await process.Firewall.ChargeAsync(Call);
        var asked = 0;
        process.Store.Before = () => Task.FromResult(asked++);
        process.Store.Next = FaultyCorrections.Fault.TooLate;

        await FluentActions.Awaiting(() => process.Firewall.RefundAsync(Refund, 0.5m).AsTask()).Should().ThrowAsync<ChargeUnconfirmedException>().WithMessage("*clock goes on faster*");

        asked.Should().Be(3);
        process.Store.Next = FaultyCorrections.Fault.None;
        (await process.Firewall.RefundAsync(Refund, 0.5m)).IsReplay.Should().BeFalse();
        await AssertMadeOnceAsync(process);
    }

    [Fact]
    public async Task What_is_made_for_a_dead_process_is_told_and_what_cannot_be_made_too()
    {
        var log = new RecordingLogger();
        await using var process = await StartAsync(isRedis: false, log: log);
        await process.Firewall.ChargeAsync(Call);
        process.Store.Next = FaultyCorrections.Fault.NotReached;
        await FluentActions.Awaiting(() => process.Firewall.RefundAsync(Refund, 0.5m).AsTask()).Should().ThrowAsync<ChargeUnconfirmedException>();
        Clock.Advance(TimeSpan.FromSeconds(59));
        log.Entries.Should().NotContain(entry => entry.Event == 727, "a minute is not over");

        await TellAsync(727);
        await ExecuteAsync("alter table ledger_corrections rename to away");
        await TellAsync(728);
        await ExecuteAsync("alter table away rename to ledger_corrections");
        process.Store.Next = FaultyCorrections.Fault.None;
        await TellAsync(726);

        log.Entries.Where(entry => entry.Event is 726 or 727).Should().OnlyContain(entry => entry.Text.Contains("'note-1'"));
        await AssertMadeOnceAsync(process);
        Clock.Advance(TimeSpan.FromSeconds(61));
        await process.Reconciliation.RunAsync();
        log.Entries.Count(entry => entry.Event == 726).Should().Be(1);

        async Task TellAsync(int id)
        {
            var before = log.Entries.Count(entry => entry.Event == id);
            await PassUntilAsync(TimeSpan.FromSeconds(61), StepPatience, () => Task.FromResult(log.Entries.Count(entry => entry.Event == id) > before));
        }
    }

    private async Task AssertMadeOnceAsync(CorrectedProcess process)
    {
        await FlushAsync(process);
        (await ReadAllAsync(new() { Kinds = [LedgerEntryKind.Correction] })).Should().ContainSingle().Which.Amount.Should().Be(-0.5m);
        (await process.Firewall.GetStatusAsync(BudgetScope.Global)).Budgets[0].Spent.Should().Be(1.5m);
        (await CountAsync("count(*) from ledger_corrections where applied_us is not null")).Should().Be(1);
        (await PassTimeWhileAsync(process.Reconciliation.RunAsync().AsTask())).Differences.Should().BeEmpty();
    }

    private Task<bool> FlushAsync(CorrectedProcess process) => PassTimeWhileAsync(Flushed(process));

    private static async Task<bool> Flushed(CorrectedProcess process)
    {
        await process.Feed.FlushAsync();
        return true;
    }

    // Between two looks the delivery waits by the test's clock, where it has that.
    private async Task<T> PassTimeWhileAsync<T>(Task<T> work)
    {
        await PassUntilAsync(TimeSpan.FromMilliseconds(20), () => work.IsCompleted);
        return await work;
    }

    private async Task ForgetCorrectionsAsync()
    {
        var redis = await RedisForLedgers.ConnectAsync();
        await redis.GetDatabase().KeyDeleteAsync($"{{{_prefix}:default}}:v1:x:note-1");
    }

    private async Task<CorrectedProcess> StartAsync(bool isRedis, TimeProvider? clock = null, RecordingLogger? log = null)
    {
        if (isRedis && clock == Clock)
            Clock.MoveTo(DateTimeOffset.UtcNow > Clock.GetUtcNow() ? DateTimeOffset.UtcNow : Clock.GetUtcNow());
        clock ??= isRedis ? TimeProvider.System : Clock;
        return CorrectedProcess.Start(isRedis ? await RedisForLedgers.ConnectAsync() : null, _prefix, clock, () => Harness.Open(), options =>
            options.Budgets.Add(new Budget { Scope = BudgetScope.Global, Limit = 100m, Period = BudgetPeriod.None }), log: log);
    }
}
