using System.Text.Json.Nodes;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>The service of a firewall with a ledger in a file of its own.</summary>
internal sealed class LedgerApp : IAsyncDisposable
{
    public const string Records = "/cost-tracking/records";
    public const string Record = "/cost-tracking/record";
    public const string Reports = "/cost-tracking/reports";

    private readonly DirectoryInfo _folder;

    private LedgerApp(ServiceApp service, DirectoryInfo folder) => (Service, _folder) = (service, folder);

    public ServiceApp Service { get; }

    public static async Task<LedgerApp> StartAsync(
        Action<BudgetFirewallOptions>? configure = null, Action<BudgetServiceOptions>? service = null, TimeProvider? clock = null, Action<LedgerOptions>? ledger = null,
        Action<BudgetFirewallServiceBuilder>? use = null)
    {
        var folder = Directory.CreateTempSubdirectory("ledger");
        return new(await ServiceApp.StartAsync(configure, service, clock: clock, use: firewall =>
        {
            firewall.UseSqliteLedger($"Data Source={Path.Combine(folder.FullName, "ledger.db")}", ledger);
            use?.Invoke(firewall);
        }), folder);
    }

    /// <summary>Records a request, and gives the id of its entry.</summary>
    public async Task<string> RecordAsync(string request) => (string)(await Service.PostForJsonAsync(Record, request))["entryId"]!;

    /// <summary>The operations of the entries that a query finds, in its order.</summary>
    public async Task<string[]> FindAsync(string query) => [.. Items(await Service.GetForJsonAsync(Records + query)).Select(entry => (string)entry["operationId"]!)];

    public static IEnumerable<JsonNode> Items(JsonObject page) => page["items"]!.AsArray().Select(item => item!);

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
