using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall.Ledger.Tests.Alerts;

/// <summary>A process with a firewall and alerts, and a channel that hears its events.</summary>
internal sealed class AlertProcess : IAsyncDisposable
{
    private readonly ServiceProvider _provider;
    private Action<BudgetEvent> _raise = _ => { };

    public AlertProcess(TimeProvider clock, Action<BudgetFirewallServiceBuilder> use, Action<BudgetFirewallOptions>? configure = null, Action<AlertOptions>? alerts = null, string? name = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(clock);
        var builder = services.AddBudgetFirewall(options => configure?.Invoke(options), name);
        use(builder);
        builder
            .WrapStore((inner, context) =>
            {
                _raise = context.RaiseEvent;
                return inner;
            })
            .AddEventChannel((e, _) =>
            {
                Heard.Enqueue(e);
                return default;
            })
            .AddAlerts(alerts);
        _provider = services.BuildServiceProvider();
        Firewall = name is null ? _provider.GetRequiredService<IBudgetFirewall>() : _provider.GetRequiredKeyedService<IBudgetFirewall>(name);
        Alerts = name is null ? _provider.GetRequiredService<IAlerts>() : _provider.GetRequiredKeyedService<IAlerts>(name);
    }

    public ConcurrentQueue<BudgetEvent> Heard { get; } = [];

    public IBudgetFirewall Firewall { get; }

    public IAlerts Alerts { get; }

    public IReadOnlyList<BudgetEvent> Opened => [.. Heard.Where(e => e.Type == BudgetEventTypes.AlertOpened)];

    public IReadOnlyList<BudgetEvent> Resolved => [.. Heard.Where(e => e.Type == BudgetEventTypes.AlertResolved)];

    public T Get<T>() where T : notnull => _provider.GetRequiredService<T>();

    /// <summary>Raises an event of the firewall.</summary>
    public void Raise(BudgetEvent e) => _raise(e);

    /// <summary>Waits until the ledger has every entry.</summary>
    public Task FlushAsync() => _provider.GetService<ILedgerFeed>()?.FlushAsync() ?? Task.CompletedTask;

    public async Task<IReadOnlyList<Alert>> ListAsync(AlertState? state = null) => (await Alerts.ListAsync(state)).Alerts;

    public ValueTask DisposeAsync() => _provider.DisposeAsync();
}
