using System.Net;
using BudgetFirewall.Conformance;
using BudgetFirewall.Ledger.Tests.Subscriptions;
using BudgetFirewall.Ledger.Tests.Webhooks;
using Microsoft.Data.Sqlite;

namespace BudgetFirewall.Reliability;

/// <summary>Row 36: receivers of events that fail in every way, and processes that deliver to them and are killed.</summary>
public sealed class EventScenarios : Scenario
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(1_234);

    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5), TimeSpan.FromHours(10),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("event-scenario").FullName;
    private readonly WebhookSecret _secret = WebhookSecret.New();
    private readonly ManualTimeProvider _clock = new(Noon);
    private readonly WatchedClock _watched;

    public EventScenarios() => _watched = new(_clock, PollEvery);

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public Task Receivers_that_fail_in_every_way_get_each_event_or_it_is_listed(string kind) => RunAsync(36, async () =>
    {
        // A small day ends before anything is given up.
        var (count, day) = (Soak.Times(4, 200), Soak.IsWanted ? TimeSpan.FromHours(27) : TimeSpan.FromHours(1));
        var (isOver, away) = (Soak.IsWanted ? EventDeliveryState.GivenUp : EventDeliveryState.Pending, day / 9);
        var database = Keep(await FailingDatabase.MakeAsync(kind, _folder));
        // The clock stands still while something is claimed, so that nothing may be given up because the machine is busy.
        await using var ledger = LedgerJob.Open(database.Ledger.Replace("Default Timeout=1", "Default Timeout=60", StringComparison.Ordinal));
        var looks = 0;
        await using var events = LedgerEvents.Open(ledger, options =>
        {
            options.Webhooks.AllowedNetworks.Add(IPNetwork.Parse("127.0.0.1/32"));
            options.Webhooks.Timeout = TimeSpan.FromSeconds(2);
            options.PollEvery = PollEvery;
            options.Webhooks.Resolve = (_, _) => Task.FromResult<IPAddress[]>([Interlocked.Increment(ref looks) == 1 ? IPAddress.Loopback : IPAddress.Parse("127.0.0.2")]);
        }, _watched);

        await using var inside = Receive(_ => Taken, IPAddress.Parse("127.0.0.2"));
        var silent = Keep(Receive(attempt => attempt == 1 && Random.Shared.Next(Soak.Times(1, 20)) == 0 ? null : Taken));
        var failing = Keep(Receive(attempt => attempt <= 2 ? Receiver.Status("500 Internal Server Error") : Taken));
        var busy = Keep(Receive(attempt => attempt == 1 && Random.Shared.Next(Soak.Times(1, 20)) == 0 ? Receiver.Status("429 Too Many Requests", "Retry-After: 600") : Taken));
        var gone = Keep(Receive(_ => Receiver.Status("410 Gone")));
        var elsewhere = Keep(Receive(_ => Taken));
        var sending = Keep(Receive(_ => Receiver.Status("302 Found", $"Location: http://127.0.0.1:{elsewhere.Port}/hook")));
        var turning = Keep(Receive(_ => Receiver.Status("500 Internal Server Error"), IPAddress.Loopback, inside.Port));
        var down = Receive(_ => Taken);
        var port = down.Port;
        await down.DisposeAsync();
        var ids = new Dictionary<NotingReceiver, string>();
        foreach (var receiver in new[] { silent, failing, busy, gone, sending, down })
            ids[receiver] = await SubscribeAsync(events, $"http://127.0.0.1:{(receiver == down ? port : receiver.Port)}/hook");
        ids[turning] = await SubscribeAsync(events, $"http://turning.test:{inside.Port}/hook");

        var sent = Enumerable.Range(0, count).Select(number => new BudgetEvent(BudgetEventTypes.Overrun, _clock.GetUtcNow(), Text($"{number}"))).ToList();
        foreach (var e in sent)
            await events.SendAsync(e, default);
        await Until.TrueAsync(async () => (long)(await database.ScalarAsync("select count(*) from ledger_event_deliveries"))! == count * ids.Count, TimeSpan.FromMinutes(1));
        await PassAsync(database, away);
        var up = Keep(Receive(_ => Taken, port: port));
        await PassAsync(database, day - away);

        foreach (var receiver in new[] { silent, failing, busy, up })
        {
            var taken = receiver.Attempts.Where(attempt => attempt.IsTaken).Select(attempt => attempt.EventId).Distinct().ToList();
            taken.Should().BeEquivalentTo(sent.Select(e => e.Id), "each arrives");
            // One that fails for longer than five minutes is overtaken.
            if (receiver == silent || receiver == busy)
                taken.Should().Equal(sent.Select(e => e.Id), "in order");
            AssertInSchedule(receiver);
            (await events.ListDeliveriesAsync(ids[receiver == up ? down : receiver], EventDeliveryState.Delivered, 1_000)).Deliveries.Should().HaveCount(count);
        }
        busy.Attempts.GroupBy(attempt => attempt.EventId).Where(attempts => attempts.Count() > 1).Should().AllSatisfy(attempts => (attempts.ElementAt(1).At - attempts.First().At).Should().BeGreaterThanOrEqualTo(TimeSpan.FromMinutes(10)));
        gone.Attempts.Should().ContainSingle();
        (await events.FindAsync(ids[gone]))!.IsActive.Should().BeFalse();
        (await ListAsync(events, ids[gone], EventDeliveryState.GivenUp)).Should().HaveCount(Soak.IsWanted ? count : 1, "what waits when it is switched off is given up after a day, unless it is switched on again");
        (await ListAsync(events, ids[gone], null)).Should().HaveCount(count);
        AssertInSchedule(sending);
        (await ListAsync(events, ids[sending], isOver)).Should().HaveCount(count).And.Contain(delivery => delivery.LastStatus == 302);
        (await ListAsync(events, ids[turning], isOver)).Should().HaveCount(count).And.Contain(delivery => delivery.LastError!.Contains("127.0.0.2 is not a public address", StringComparison.Ordinal));
        turning.Attempts.Should().ContainSingle();
        (inside.Connections, elsewhere.Connections).Should().Be((0, 0), "nothing reaches an address that is not allowed");
        looks.Should().BeGreaterThan(1);
        var attempts = new[] { silent, failing, busy, up, gone, sending, turning }.Sum(receiver => receiver.Attempts.Count);
        return Text($"{kind}: {count} events to 7 receivers in {day.TotalHours:N0} hours: down, silent, 500, 429 with Retry-After: each heard of all, signed, none before its time ({attempts:N0} requests); 410 was switched off and its {count} are listed; redirects and a name that turned to another address: nothing reached it, {count} and {count} are listed");
    });

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public Task Two_processes_one_of_them_killed_again_and_again_deliver_each_event_at_least_once(string kind) => RunAsync(36, async () =>
    {
        const int MostUnwritten = 20;
        var (count, subscriptions, perSecond, killEvery) = (Soak.Times(100, 5_000), Soak.Times(4, 20), 50, Soak.Seconds(1, 10));
        var atOnce = subscriptions / 2;
        var database = Keep(await FailingDatabase.MakeAsync(kind, _folder));
        await using var ledger = LedgerJob.Open(database.Ledger);
        await using var events = LedgerEvents.Open(ledger, options =>
        {
            options.Webhooks.AllowedNetworks.Add(IPNetwork.Parse("127.0.0.1/32"));
            options.Delivers = false;
        });
        var receivers = new List<NotingReceiver>();
        for (var number = 0; number < subscriptions; number++)
        {
            receivers.Add(Keep(new NotingReceiver(_secret, TimeProvider.System, _ => Taken)));
            await SubscribeAsync(events, $"http://127.0.0.1:{receivers[^1].Port}/hook");
        }
        var survivor = Keep(await StartAsync());
        var (kills, sending) = (0, SendAsync(events, count, perSecond));
        long early = 0;
        while (!sending.IsCompleted)
        {
            var victim = Keep(await StartAsync());
            await Task.WhenAny(sending, Task.Delay(killEvery));
            early = early == 0 ? survivor.ResidentBytes : early;
            await victim.KillAsync();
            kills++;
        }
        var sent = await sending;
        await Until.TrueAsync(() => Task.FromResult(receivers.TrueForAll(receiver => receiver.Attempts.DistinctBy(attempt => attempt.EventId).Count() == count)), TimeSpan.FromMinutes(3));
        await Until.TrueAsync(async () => (long)(await database.ScalarAsync("select count(*) from ledger_event_deliveries where state <> 1"))! == 0, TimeSpan.FromMinutes(1));
        var late = survivor.ResidentBytes;

        receivers.Should().AllSatisfy(receiver => receiver.Attempts.Select(attempt => attempt.EventId).Distinct().Should().BeEquivalentTo(sent));
        receivers.Should().AllSatisfy(receiver => receiver.Attempts.Should().OnlyContain(attempt => attempt.IsSigned));
        var twice = receivers.Sum(receiver => receiver.Attempts.Count - count);
        twice.Should().BeLessThanOrEqualTo(kills * atOnce * MostUnwritten, "at most one claim's worth for each claim that a killed process had");
        (late - early).Should().BeLessThan(64 << 20, "what waits is in the database");
        return Text($"{kind}: {count:N0} events to {subscriptions} receivers by two processes, one killed with SIGKILL {kills} times: each heard of all {count:N0}, signed, {twice:N0} a second time; the other process {late >> 20} MB after {early >> 20} MB");

        Task<ProcessWorker> StartAsync() => ProcessWorker.StartAsync("deliver", database.Ledger, Text($"{atOnce}"));
    });

    private static string Taken => Receiver.Status("204 No Content");

    private NotingReceiver Receive(Func<int, string?> answer, IPAddress? address = null, int port = 0) => new(_secret, _clock, answer, address, port);

    private async Task<string> SubscribeAsync(LedgerEvents events, string url) => (await events.CreateAsync(new() { Url = url }, _secret))!.Subscription.Id;

    /// <summary>Lets time pass, but only when the process has looked for what is due and nothing is claimed: however busy the machine is, it keeps up with the clock.</summary>
    private async Task PassAsync(FailingDatabase database, TimeSpan time)
    {
        for (var end = _clock.GetUtcNow() + time; _clock.GetUtcNow() < end;)
        {
            var now = (_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / 10;
            await Until.TrueAsync(async () => (long)(await database.ScalarAsync($"select count(*) from ledger_event_subscriptions where claimed_until_us > {now}"))! == 0, TimeSpan.FromMinutes(1));
            var looks = _watched.Polls;
            _clock.Advance(TimeSpan.FromSeconds(15));
            while (_watched.Polls == looks)
                await Task.Delay(1);
        }
    }

    private static void AssertInSchedule(NotingReceiver receiver)
    {
        receiver.Attempts.Should().OnlyContain(attempt => attempt.IsSigned);
        foreach (var attempts in receiver.Attempts.GroupBy(attempt => attempt.EventId))
        {
            var times = attempts.Select(attempt => attempt.At).ToList();
            for (var next = 1; next < times.Count; next++)
                (times[next] >= Noon + Day || times[next] - times[next - 1] >= Waits[next - 1]).Should().BeTrue("attempt {0} came at {1} after {2}", next + 1, times[next], times[next - 1]);
        }
    }

    private static async Task<IReadOnlyList<EventDelivery>> ListAsync(LedgerEvents events, string subscription, EventDeliveryState? state) => [.. (await events.ListDeliveriesAsync(subscription, state, 1_000)).Deliveries];

    private static async Task<List<string>> SendAsync(LedgerEvents events, int count, int perSecond)
    {
        var (ids, began) = (new List<string>(), DateTimeOffset.UtcNow);
        for (var number = 0; number < count; number++)
        {
            var e = new BudgetEvent(BudgetEventTypes.Overrun, DateTimeOffset.UtcNow, Text($"{number}"));
            await events.SendAsync(e, default);
            ids.Add(e.Id);
            var early = began + TimeSpan.FromSeconds((double)number / perSecond) - DateTimeOffset.UtcNow;
            if (early > TimeSpan.Zero)
                await Task.Delay(early);
        }
        return ids;
    }
}
