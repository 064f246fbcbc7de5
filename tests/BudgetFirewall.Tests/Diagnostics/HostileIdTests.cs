using System.Collections.Concurrent;
using System.Diagnostics;
using BudgetFirewall.Conformance;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Tests;

/// <summary>Ids that break lines and speak to terminals, in everything that leaves the library. The source of traces is the whole process's, so nothing may run beside.</summary>
[Collection(Alone.Name)]
public sealed class HostileIdTests : StoreTests<MemoryHarness>
{
    private const string Hostile = "x\u001b[31m\r\nfake: entry\u2028\u202e";
    private const string Shown = @"x\u001B[31m\u000D\u000Afake: entry\u2028\u202E";

    [Fact]
    public async Task No_log_entry_has_an_id_that_breaks_its_line_or_speaks_to_a_terminal()
    {
        using var log = new WholeLog();
        await using var firewall = new BudgetFirewallBuilder().UseTimeProvider(Harness.Clock).UseLoggerFactory(log).UseStore(Harness.CreateStore)
            .Configure(options => options.Budgets.AddRange([Limit(BudgetScope.Each("user"), 1m), Limit(BudgetScope.User(Hostile), 1m, BudgetPeriod.Month)])).Build();

        await firewall.ChargeAsync(Call(5m, Hostile, id: Hostile));
        (await firewall.TrySpendAsync(Call(5m, Hostile, id: Hostile + "2"))).IsAllowed.Should().BeFalse();
        await FluentActions.Awaiting(async () => await firewall.ChargeAsync(Call(6m, Hostile, id: Hostile))).Should().ThrowExactlyAsync<OperationConflictException>();

        log.Entries.Should().Contain(entry => entry.Id == 202 && entry.Text.Contains(Shown, StringComparison.Ordinal));
        log.Entries.Should().Contain(entry => entry.Id == 200 && entry.Text.Contains(Shown, StringComparison.Ordinal));
        log.Entries.Should().AllSatisfy(entry => AssertPlain(entry.Text));
        log.Entries.Should().NotContain(entry => entry.Level > LogLevel.Debug && entry.Text.Contains("user=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_message_of_an_exception_and_no_decision_has_an_id_as_it_is()
    {
        var firewall = Firewall(options =>
        {
            options.Budgets.Add(Limit(BudgetScope.User(Hostile), 1m));
            options.Pricing.Models["priced"] = new ModelPrice { Input = 0.1m };
        });
        await firewall.ChargeAsync(Call(0.5m, Hostile, id: Hostile));
        var denied = await firewall.TrySpendAsync(Call(5m, Hostile));
        AssertPlain(denied.ToString());
        denied.ToString().Should().Contain(Shown);

        Func<Task>[] faults =
        [
            async () => await firewall.SpendAsync(Call(5m, Hostile)),
            async () => await firewall.ChargeAsync(Call(0.6m, Hostile, id: Hostile)),
            async () => await firewall.CommitAsync(Hostile, 1m),
            async () => await firewall.ExtendAsync(Hostile, TimeSpan.FromMinutes(1)),
            async () => await firewall.SpendAsync(Call(1m, Hostile) with { Cost = null, Model = Hostile }),
            async () => await firewall.GetStatusAsync(AliceScope, Hostile),
            async () => await firewall.Budgets.ResetAsync(Hostile, AliceScope),
            async () => await firewall.Budgets.ResetAsync(Limit(BudgetScope.User(Hostile), 1m).Id, AliceScope),
            async () => await firewall.Budgets.SetAsync(Limit(BudgetScope.User(Hostile), 1m) with { Id = "other" }),
            () => Task.FromResult(BudgetScope.Parse(Hostile)),
            () => Task.FromResult(BudgetScope.Of("global", Hostile)),
            () => Task.FromResult(BudgetScope.Of(Hostile + "=", "id")),
            () => Task.FromResult(BudgetScope.User(Hostile + new string('x', 300))),
            () => Task.FromResult(Call(1m) with { Dimensions = new Dictionary<string, string> { ["user"] = Hostile } }),
            () => Task.FromResult(new BudgetUsage { Units = new Dictionary<string, decimal> { [Hostile] = -1 } }),
        ];
        foreach (var fault in faults)
            AssertPlain(((await FluentActions.Awaiting(fault).Should().ThrowAsync<Exception>()).Which).Message.ReplaceLineEndings(" "), "Actual value");
    }

    [Fact]
    public async Task A_trace_shows_a_provider_escaped()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == BudgetFirewallDiagnostics.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var firewall = Firewall(AliceLimit(5m));

        await firewall.SpendAsync(Call(1m) with { Provider = Hostile });

        spans.Should().ContainSingle().Which.GetTagItem(BudgetFirewallDiagnostics.ProviderTag).Should().Be(Shown);
    }

    private static void AssertPlain(string text, string? unless = null) =>
        (DisplayText.Escape(text) == text || (unless is not null && text.Contains(unless, StringComparison.Ordinal))).Should().BeTrue(DisplayText.Escape(text));

    // Keeps messages and values, at every level.
    private sealed class WholeLog : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<(LogLevel Level, int Id, string Text)> Entries { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Entries.Enqueue((logLevel, eventId.Id, formatter(state, exception)));
            foreach (var (_, value) in state.Should().BeAssignableTo<IReadOnlyList<KeyValuePair<string, object?>>>().Which)
                Entries.Enqueue((logLevel, eventId.Id, $"{value}"));
        }

        public void Dispose()
        {
        }
    }
}
