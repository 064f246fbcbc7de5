using System.Collections.Concurrent;
using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Tests.Events;

/// <summary>A channel that throws or is slow breaks and delays no decision and no other channel.</summary>
public sealed class ChannelTests : EventTestBase
{
    [Fact]
    public async Task A_channel_that_throws_is_told_the_next_event_and_breaks_no_other_one()
    {
        var told = new ConcurrentQueue<BudgetEvent>();
        await using var firewall = Builder().AddEventChannel((e, _) =>
        {
            told.Enqueue(e);
            throw new InvalidOperationException("no");
        }).AddEventChannel(Channel).Build();

        await firewall.ChargeAsync(Call(0.9m));
        await firewall.ChargeAsync(Call(0.9m));

        (await HearAsync(BudgetEventTypes.Overrun)).Should().HaveCount(1);
        (await Eventually.HoldsAsync(() => told.Count == Channel.Events.Count)).Should().BeTrue();
    }

    [Fact]
    public async Task A_channel_that_does_not_return_delays_no_decision_and_no_other_channel()
    {
        var letGo = new TaskCompletionSource();
        var firewall = Builder().AddEventChannel((_, _) => new(letGo.Task)).AddEventChannel(Channel).Build();

        for (var i = 0; i < 100; i++)
            await firewall.ChargeAsync(Call(2m));

        await HearAsync(BudgetEventTypes.Overrun, 100);
        letGo.SetResult();
        await firewall.DisposeAsync();
    }

    [Fact]
    public async Task Events_come_one_at_a_time_in_their_order()
    {
        var (inside, most) = (0, 0);
        var order = new ConcurrentQueue<string>();
        var firewall = Builder().AddEventChannel(async (e, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            await Task.Yield();
            order.Enqueue(e.Data.OperationId!);
            Interlocked.Decrement(ref inside);
        }).Build();
        var receipts = new List<string>();
        await firewall.ChargeAsync(Call(1m));
        for (var i = 0; i < 200; i++)
            receipts.Add((await firewall.ChargeAsync(Call(1m))).OperationId);

        await firewall.DisposeAsync();

        most.Should().Be(1);
        order.TakeLast(200).Should().Equal(receipts);
    }

    [Fact]
    public async Task A_channel_may_depend_on_the_firewall_itself()
    {
        var services = new ServiceCollection();
        services.AddBudgetFirewall(options => options.Budgets.Add(AliceLimit(1m))).AddEventChannel<AskingChannel>();
        await using var provider = services.BuildServiceProvider();
        var firewall = provider.GetRequiredService<IBudgetFirewall>();

        await firewall.ChargeAsync(Call(2m));

        var channel = provider.GetServices<IEventChannel>().OfType<AskingChannel>().Single();
        (await Eventually.HoldsAsync(() => channel.Spent == 2m)).Should().BeTrue();
    }

    [Fact]
    public async Task A_named_firewall_tells_its_own_channels_and_is_their_source()
    {
        var (plain, named) = (new RecordingChannel(), new RecordingChannel());
        var services = new ServiceCollection();
        services.AddBudgetFirewall(options => options.Budgets.Add(AliceLimit(1m))).AddEventChannel(plain);
        services.AddBudgetFirewall(options => options.Budgets.Add(AliceLimit(1m)), "a b").AddEventChannel(named);
        await using var provider = services.BuildServiceProvider();

        await provider.GetRequiredKeyedService<IBudgetFirewall>("a b").ChargeAsync(Call(2m));

        (await Eventually.HoldsAsync(() => named.Events.Any(e => e.Source == "/budgetfirewall/a%20b"))).Should().BeTrue();
        plain.Events.Should().BeEmpty();
    }

    [Fact]
    public async Task The_log_has_a_line_for_each_event_at_the_level_of_its_severity()
    {
        var services = new ServiceCollection();
        var lines = new ConcurrentQueue<string>();
        services.AddLogging(logging => logging.AddProvider(new LineLogger(lines)));
        services.AddBudgetFirewall(options => options.Budgets.Add(AliceLimit(1m))).AddEventChannel<LogChannel>();
        await using var provider = services.BuildServiceProvider();

        await provider.GetRequiredService<IBudgetFirewall>().ChargeAsync(Call(2m, user: Alice));

        (await Eventually.HoldsAsync(() => lines.Count >= 2)).Should().BeTrue();
        lines.Should().Contain(line => line.StartsWith("BudgetFirewall.Events Warning 251: budgetfirewall.budget.overrun.v1 evt_") && line.EndsWith("A charge has taken user=alice 1 above the limit of the budget 'user=alice/day'."));
    }

    [Fact]
    public async Task A_store_may_raise_events_of_its_own()
    {
        RaisingStore? store = null;
        await using var firewall = Builder().WrapStore((inner, context) => store = new(inner, context)).AddEventChannel(Channel).Build();

        store!.Raise();

        (await HearOneAsync("mine")).Subject.Should().Be("me");
    }

    private BudgetFirewallBuilder Builder() => new BudgetFirewallBuilder().Configure(options => options.Budgets.Add(AliceLimit(1m))).UseTimeProvider(Clock);

    private sealed class AskingChannel(IBudgetFirewall firewall) : IEventChannel
    {
        public decimal? Spent { get; private set; }

        public async ValueTask SendAsync(BudgetEvent budgetEvent, CancellationToken cancellationToken) =>
            Spent = (await firewall.GetStatusAsync(AliceScope, cancellationToken: cancellationToken)).Budgets[0].Spent;
    }

    private sealed class RaisingStore(IBudgetStore inner, BudgetStoreContext context) : DelegatingBudgetStore(inner)
    {
        public void Raise() => context.RaiseEvent(new("mine", context.TimeProvider.GetUtcNow(), "me"));
    }

    private sealed class LineLogger(ConcurrentQueue<string> lines) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new Category(categoryName, lines);

        public void Dispose()
        {
        }

        private sealed class Category(string name, ConcurrentQueue<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => name == "BudgetFirewall.Events";

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                if (IsEnabled(logLevel))
                    lines.Enqueue($"{name} {logLevel} {eventId.Id}: {formatter(state, exception)}");
            }
        }
    }
}
