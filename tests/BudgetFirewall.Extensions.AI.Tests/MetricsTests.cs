using System.Diagnostics.Metrics;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using static BudgetFirewall.Extensions.AI.Tests.ScriptedChatClient;

namespace BudgetFirewall.Extensions.AI.Tests;

public sealed class MetricsTests
{
    [Fact]
    public async Task Estimated_and_unconfirmed_charges_are_counted_by_their_provider()
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var counts = new Counts(meters);
        await using var chat = new GuardedChat(options => options.Calls.MeterFactory = meters);

        chat.Provider.Answer = (_, _) => Task.FromResult(Text("with a usage", Tokens(1, 1)));
        await chat.Client.GetResponseAsync(GuardedChat.Prompt);
        counts.Seen.Should().BeEmpty();
        chat.Provider.Answer = (_, _) => Task.FromResult(Text("without"));
        chat.Store.SettlementsLost = 1;
        await chat.Client.GetResponseAsync(GuardedChat.Prompt);
        chat.Clock.Advance(TimeSpan.FromSeconds(1));

        counts.Seen.Should().Equal((BudgetFirewallDiagnostics.UnconfirmedCharges, "scripted"), (BudgetFirewallDiagnostics.EstimatedCharges, "scripted"));
    }

    private sealed class Counts : IDisposable
    {
        private readonly MeterListener _listener = new();

        public Counts(IMeterFactory meters)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, meters))
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Seen.Add((instrument.Name, (string?)tags[0].Value)));
            _listener.Start();
        }

        public List<(string Name, string? Provider)> Seen { get; } = [];

        public void Dispose() => _listener.Dispose();
    }
}
