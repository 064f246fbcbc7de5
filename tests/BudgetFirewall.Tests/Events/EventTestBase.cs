using System.Text.Json;
using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Tests.Events;

/// <summary>Firewalls in memory, on a clock that a test moves, whose events are kept. Whatever a test raises has the members that the page of events has for its type.</summary>
public abstract class EventTestBase : StoreTests<MemoryHarness>
{
    protected static readonly BudgetScope ProviderLimit = BudgetScope.Provider(Provider);

    private protected RecordingChannel Channel { get; } = new();

    protected ManualTimeProvider Clock => Harness.Clock;

    protected ChaosBudgetStore? Store { get; private set; }

    protected new IBudgetFirewall Firewall(Action<BudgetFirewallOptions> configure) => new BudgetFirewallBuilder()
        .Configure(configure)
        .UseTimeProvider(Clock)
        .UseStore(_ => Store = new(new MemoryBudgetStore(Clock)))
        .AddEventChannel(Channel)
        .Build();

    protected new IBudgetFirewall Firewall(params Budget[] budgets) => Firewall(options =>
    {
        foreach (var budget in budgets)
            options.Budgets.Add(budget);
    });

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var e in Channel.Events.Where(e => EventTable.Rows.ContainsKey(e.Type)))
            CheckMembers(e);
    }

    /// <summary>Waits until as many events of a type have come.</summary>
    private protected async Task<IReadOnlyList<BudgetEvent>> HearAsync(string type, int count = 1)
    {
        (await Eventually.HoldsAsync(() => Channel.Of(type).Count() >= count)).Should().BeTrue($"{count} events of {type} come; these came: {string.Join(", ", Channel.Events.Select(e => e.Type))}");
        return [.. Channel.Of(type)];
    }

    private protected async Task<BudgetEvent> HearOneAsync(string type) => (await HearAsync(type)).Should().ContainSingle().Subject;

    private static void CheckMembers(BudgetEvent e)
    {
        using var json = JsonDocument.Parse(e.ToJson());
        var members = json.RootElement.GetProperty("data").EnumerateObject().Select(member => member.Name).ToList();
        var documented = EventTable.Rows[e.Type].Members;
        members.Should().BeSubsetOf(documented.Select(member => member.TrimEnd('?')), $"the page has them for {e.Type}");
        documented.Where(member => !member.EndsWith('?')).Should().BeSubsetOf(members, $"the page says that {e.Type} has them always");
    }
}
