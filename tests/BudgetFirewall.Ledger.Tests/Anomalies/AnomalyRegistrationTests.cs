using System.Collections.Concurrent;
using BudgetFirewall.Conformance;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.Ledger.Tests.Anomalies;

public sealed class AnomalyRegistrationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("anomalies").FullName;
    private readonly ManualTimeProvider _clock = new(new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero));
    private readonly ConcurrentQueue<BudgetEvent> _heard = new();

    private IEnumerable<BudgetEvent> Told => _heard.Where(e => e.Type == BudgetEventTypes.BurnRate);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task One_line_lets_a_firewall_look_for_anomalies_and_tell_its_channels_once()
    {
        await using (var provider = Make(builder => builder.AddEventSubscriptions(options => options.Delivers = false).AddAnomalyDetection()).BuildServiceProvider())
        {
            var firewall = provider.GetRequiredService<IBudgetFirewall>();
            await provider.GetRequiredService<IEventSubscriptions>().CreateAsync(new() { Id = "all", Url = "https://example.com/", Types = [BudgetEventTypes.BurnRate] });
            await firewall.ChargeAsync(new() { Provider = "openai", UserId = "alice", Cost = 60m });
            for (var i = 0; !Told.Any(); i++)
            {
                i.Should().BeLessThan(1_000);
                await _clock.PassAsync(TimeSpan.FromSeconds(1));
                await Task.Delay(10);
            }
            (await provider.GetRequiredService<ILedgerAnomalies>().ListAsync()).Anomalies.Should().ContainSingle().Which.BudgetId.Should().Be("day");
            await firewall.DisposeAsync();
            (await provider.GetRequiredService<IEventSubscriptions>().ListDeliveriesAsync("all")).Deliveries.Should().ContainSingle("a subscription hears of it once, by its row and by the channel")
                .Which.EventId.Should().Be(Told.Single().Id);
            provider.GetRequiredService<ILedgerAnomalies>().Should().BeSameAs(provider.GetRequiredService<LedgerAnomalies>());
        }

        Told.Should().ContainSingle().Which.Should().BeEquivalentTo(new
        {
            Type = BudgetEventTypes.BurnRate,
            Subject = "day",
            Scope = BudgetScope.User("alice"),
            Data = new { BudgetId = "day", Scope = "user=alice", Seen = 60m, Remaining = 40m, AnomalyId = "1", Until = new DateTimeOffset(2026, 3, 11, 0, 0, 0, TimeSpan.Zero) },
        });
        Told.Single().Text.Should().StartWith("user=alice has spent 60 in an hour; what is left of the budget 'day' will be used up by 2026-03-10 12:4").And.EndWith("Z, and has to last until 2026-03-11 00:00Z.");
    }

    [Fact]
    public async Task A_named_firewall_has_its_own()
    {
        var services = new ServiceCollection();
        services.AddBudgetFirewall("a").UseSqliteLedger($"Data Source={Path.Combine(_folder, "a.db")}").AddAnomalyDetection();
        await using var provider = services.BuildServiceProvider();

        (await provider.GetRequiredKeyedService<ILedgerAnomalies>("a").ListAsync()).Anomalies.Should().BeEmpty();
        provider.GetService<ILedgerAnomalies>().Should().BeNull();
    }

    [Fact]
    public void Options_that_are_wrong_are_refused_where_they_are_given() =>
        FluentActions.Invoking(() => Make(builder => builder.AddAnomalyDetection(options => options.Weeks = 2))).Should().Throw<ArgumentOutOfRangeException>().WithMessage("Weeks must be from 4 to 8.*");

    [Fact]
    public void A_ledger_without_a_database_has_none() =>
        FluentActions.Invoking(() => LedgerAnomalies.Open(new AwayLedger())).Should().Throw<ArgumentException>().WithMessage("*AwayLedger has none*");

    private ServiceCollection Make(Action<BudgetFirewallServiceBuilder> configure)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        configure(services.AddBudgetFirewall(options => options.Budgets.Add(new() { Id = "day", Scope = BudgetScope.Each("user"), Limit = 100m, WarnAt = [] }))
            .UseSqliteLedger($"Data Source={Path.Combine(_folder, "ledger.db")}")
            .AddEventChannel((e, _) =>
            {
                _heard.Enqueue(e);
                return default;
            }));
        return services;
    }
}
