using BudgetFirewall.Conformance;
using BudgetFirewall.Storage;
using BudgetFirewall.Tests.Registration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Tests;

/// <summary>Runtime budgets as a process knows them: read once for each change and partition, and combined with the configured ones of the moment.</summary>
public sealed class KnownCatalogTests : StoreTests<MemoryHarness>, IDisposable
{
    private const string Tenant = "tenant";

    private readonly RecordingLoggerFactory _log = new();

    [Fact]
    public async Task A_partitions_budgets_are_read_once_and_again_when_they_change()
    {
        CountingStore? counted = null;
        var firewall = Harness.CreateFirewallOn(store => counted = new(store), options => options.PartitionBy = Tenant);
        var other = Firewall(options => options.PartitionBy = Tenant);
        string[] tenants = ["a", "b", "c"];
        foreach (var tenant in tenants)
            await other.Budgets.SetAsync(AliceLimit(5m), tenant);

        for (var i = 0; i < 5; i++)
        {
            foreach (var tenant in tenants)
                (await firewall.CheckAsync(Of(tenant))).Budgets.Should().ContainSingle();
        }
        counted!.CatalogReads.Should().Be(3);
        await other.Budgets.SetAsync(AliceLimit(6m), "b");
        foreach (var tenant in tenants)
            (await firewall.CheckAsync(Of(tenant))).Budgets[0].Limit.Should().Be(tenant == "b" ? 6m : 5m);
        counted.CatalogReads.Should().Be(4);
    }

    [Fact]
    public async Task No_more_than_10_000_partitions_with_runtime_budgets_are_known_at_a_time()
    {
        const int Most = 10_000;
        CountingStore? counted = null;
        var firewall = Harness.CreateFirewallOn(store => counted = new(store), options => options.PartitionBy = Tenant);
        for (var i = 0; i <= Most; i++)
            await Harness.Store.SetBudgetAsync($"t{i}", "", AliceLimit(5m));

        for (var i = 0; i < Most; i++)
            await firewall.CheckAsync(Of($"t{i}"));
        await firewall.CheckAsync(Of("t0"));
        counted!.CatalogReads.Should().Be(Most);
        await firewall.CheckAsync(Of($"t{Most}"));
        await firewall.CheckAsync(Of("t0"));

        counted.CatalogReads.Should().Be(Most + 2);
    }

    [Fact]
    public async Task A_change_of_the_configuration_reaches_a_process_that_knows_runtime_budgets()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Budgets:0:Scope", "global"), new("Budgets:0:Limit", "10")]).Build();
        var store = new MemoryBudgetStore(Harness.Clock);
        await using var firewall = new BudgetFirewallBuilder().Configure(configuration).UseTimeProvider(Harness.Clock).UseStore(_ => store).Build();
        await firewall.Budgets.SetAsync(AliceLimit(5m));
        (await firewall.CheckAsync(Call(1m))).Budgets.Select(state => state.Limit).Should().Equal(10m, 5m);

        configuration["Budgets:0:Limit"] = "20";
        configuration.Reload();

        (await firewall.CheckAsync(Call(1m))).Budgets.Select(state => state.Limit).Should().Equal(20m, 5m);
    }

    [Fact]
    public async Task A_configured_budget_gives_way_to_a_runtime_budget_that_counts_the_same_and_the_log_says_so_once_a_change()
    {
        var store = new MemoryBudgetStore(Harness.Clock);
        await using var elsewhere = Builder(store).Build();
        await using var firewall = Builder(store).Configure(options => options.Budgets.Add(AliceLimit(1m) with { Id = "mine" })).Build();
        await elsewhere.Budgets.SetAsync(AliceLimit(5m) with { Id = "theirs" });

        for (var i = 0; i < 3; i++)
            (await firewall.SpendAsync(Call(1m))).Budgets.Should().ContainSingle().Which.BudgetId.Should().Be("theirs");

        var (level, id, message) = _log.Entries.Should().ContainSingle(entry => entry.Id == 120).Which;
        (level, id).Should().Be((LogLevel.Error, 120));
        message.Should().Be("The configured budget 'mine' would count what a runtime budget counts under another id; it is left out. Remove or rename one of them.");
        (await firewall.Budgets.ListAsync()).Select(budget => budget.Id).Should().Equal("theirs");
        await elsewhere.Budgets.SetAsync(AliceLimit(6m) with { Id = "theirs" });
        await firewall.SpendAsync(Call(1m));
        _log.Entries.Count(entry => entry.Id == 120).Should().Be(2);
    }

    [Fact]
    public async Task A_configured_budget_that_gave_way_is_in_force_again_when_the_runtime_budget_goes_or_counts_something_else()
    {
        var store = new MemoryBudgetStore(Harness.Clock);
        await using var elsewhere = Builder(store).Build();
        await using var firewall = Builder(store).Configure(options => options.Budgets.Add(AliceLimit(1m) with { Id = "mine" })).Build();
        var theirs = AliceLimit(5m) with { Id = "theirs" };
        await elsewhere.Budgets.SetAsync(theirs);
        await AssertAsync(["theirs"]);

        await elsewhere.Budgets.RemoveAsync("theirs");
        await AssertAsync(["mine"]);

        await elsewhere.Budgets.SetAsync(theirs);
        await AssertAsync(["theirs"]);
        await elsewhere.Budgets.SetAsync(theirs with { Period = BudgetPeriod.Month });
        await AssertAsync(["mine", "theirs"]);
        _log.Entries.Count(entry => entry.Id == 120).Should().Be(2, "it gave way twice");

        async Task AssertAsync(string[] ids)
        {
            (await firewall.CheckAsync(Call(1m))).Budgets.Select(state => state.BudgetId).Should().BeEquivalentTo(ids);
            (await firewall.Budgets.ListAsync()).Select(budget => budget.Id).Should().Equal(ids);
        }
    }

    [Fact]
    public async Task A_runtime_budget_with_the_id_of_a_configured_one_replaces_it_wherever_it_counts()
    {
        var mine = AliceLimit(1m) with { Id = "mine" };
        var firewall = Firewall(mine, Limit(SearchScope, 1m));

        foreach (var budget in new[] { mine with { Limit = 5m }, mine with { Limit = 5m, Period = BudgetPeriod.Month }, mine with { Limit = 5m, Scope = ProviderScope } })
        {
            await firewall.Budgets.SetAsync(budget);
            var limit = (await firewall.TryCheckAsync(Call(2m))).Limits.Should().ContainSingle().Which;
            (limit.Scope, limit.Source, limit.ReplacedId).Should().Be((budget.Scope, LimitSource.RunTime, "mine"));
        }
        await firewall.Budgets.RemoveAsync("mine");

        (await firewall.TryCheckAsync(Call(2m))).Limits.Should().ContainSingle().Which.Source.Should().Be(LimitSource.Configuration);
    }

    public void Dispose() => _log.Dispose();

    private static BudgetRequest Of(string tenant) => Call(1m) with { Dimensions = new Dictionary<string, string> { [Tenant] = tenant } };

    private BudgetFirewallBuilder Builder(IBudgetStore store) =>
        new BudgetFirewallBuilder().UseTimeProvider(Harness.Clock).UseLoggerFactory(_log).UseStore(_ => new StoreDecorator(store));

    private sealed class CountingStore(IBudgetStore inner) : StoreDecorator(inner)
    {
        public int CatalogReads { get; private set; }

        public override ValueTask<CatalogChanges> ReadCatalogAsync(string? partition, string knownVersion)
        {
            CatalogReads++;
            return base.ReadCatalogAsync(partition, knownVersion);
        }
    }
}
