using System.Diagnostics.Metrics;
using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace BudgetFirewall.Tests.Outbox;

public sealed class OutboxOptionsTests
{
    [Fact]
    public async Task It_is_off_unless_told_otherwise()
    {
        await using var firewall = new BudgetFirewallBuilder().Build();

        firewall.Outbox.Should().Be(OutboxStatus.Off);
    }

    [Fact]
    public async Task It_is_read_from_configuration()
    {
        await using var firewall = new BudgetFirewallBuilder().Configure(Section(("Outbox:IsEnabled", "true"), ("Outbox:Capacity", "7"), ("Outbox:DrainTimeout", "00:00:01"))).Build();

        (firewall.Outbox.IsEnabled, firewall.Outbox.Capacity, firewall.Outbox.Count).Should().Be((true, 7, 0));
    }

    [Theory]
    [InlineData("Capacity", "0")]
    [InlineData("Capacity", "1000001")]
    [InlineData("Capacity", "1.5")]
    [InlineData("DrainTimeout", "00:01:01")]
    [InlineData("Path", " ")]
    [InlineData("IsEnabled", "yes")]
    [InlineData("Pfad", "x")]
    public void What_is_wrong_is_named_with_its_path(string key, string value)
    {
        var e = FluentActions.Invoking(() => new BudgetFirewallBuilder().Configure(Section(($"Outbox:{key}", value))).Build()).Should().ThrowExactly<OptionsValidationException>().Which;

        e.Message.Should().Contain($"BudgetFirewall:Outbox:{key}");
    }

    [Fact]
    public async Task The_meter_reports_what_waits_and_what_became_of_it()
    {
        var clock = new ManualTimeProvider(new(2026, 3, 4, 9, 30, 0, TimeSpan.Zero));
        var chaos = new ChaosBudgetStore(new MemoryBudgetStore(clock), clock);
        using var meters = new RecordingMeters();
        await using var firewall = new BudgetFirewallBuilder()
            .Configure(options => (options.Outbox.IsEnabled, options.Outbox.Capacity) = (true, 1))
            .UseTimeProvider(clock)
            .UseMeterFactory(meters)
            .UseStore(_ => chaos)
            .Build();
        chaos.Strike(StoreCalls.All, StoreFault.NotReached);
        await firewall.ChargeAsync(new BudgetRequest { Provider = "p", Cost = 1m });
        await FluentActions.Awaiting(async () => await firewall.ChargeAsync(new BudgetRequest { Provider = "p", Cost = 1m })).Should().ThrowExactlyAsync<ChargeUnconfirmedException>();

        meters.Read(BudgetFirewallDiagnostics.OutboxWaiting).Should().Be(1);
        chaos.Heal();
        (await Eventually.HoldsAsync(() =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(500));
            return firewall.Outbox.Delivered == 1;
        })).Should().BeTrue();
        meters.Read(BudgetFirewallDiagnostics.OutboxWaiting).Should().Be(0);
        (meters.Read(BudgetFirewallDiagnostics.OutboxQueued), meters.Read(BudgetFirewallDiagnostics.OutboxRefused), meters.Read(BudgetFirewallDiagnostics.OutboxDelivered)).Should().Be(((double, double, double))(1, 1, 1));
    }

    private static IConfigurationSection Section(params (string Key, string Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(value => KeyValuePair.Create<string, string?>($"BudgetFirewall:{value.Key}", value.Value)))
        .Build()
        .GetSection("BudgetFirewall");

    private sealed class RecordingMeters : IMeterFactory
    {
        private readonly Meter _meter = new("BudgetFirewall");
        private readonly Dictionary<string, double> _sums = new(StringComparer.Ordinal);
        private readonly MeterListener _listener = new();

        public RecordingMeters()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter, _meter))
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Take(instrument, value));
            _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Take(instrument, value));
            _listener.Start();
        }

        public Meter Create(MeterOptions options) => _meter;

        public double Read(string name)
        {
            _listener.RecordObservableInstruments();
            lock (_sums)
                return _sums.GetValueOrDefault(name);
        }

        public void Dispose()
        {
            _listener.Dispose();
            _meter.Dispose();
        }

        private void Take(Instrument instrument, double value)
        {
            lock (_sums)
                _sums[instrument.Name] = instrument.IsObservable ? value : _sums.GetValueOrDefault(instrument.Name) + value;
        }
    }
}
