using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;

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

    /// <summary>Records a request, and gives the id of its entry, once that is in the ledger: a reading over HTTP waits for it for 2 seconds at most, and a busy machine may need longer.</summary>
    public async Task<string> RecordAsync(string request)
    {
        var id = (string)(await Service.PostForJsonAsync(Record, request))["entryId"]!;
        await FlushAsync();
        return id;
    }

    /// <summary>The operations of the entries that a query finds, in its order.</summary>
    public async Task<string[]> FindAsync(string query)
    {
        await FlushAsync();
        return [.. Items(await Service.GetForJsonAsync(Records + query)).Select(entry => (string)entry["operationId"]!)];
    }

    public static IEnumerable<JsonNode> Items(JsonObject page) => page["items"]!.AsArray().Select(item => item!);

    private Task FlushAsync() => Service.App.Services.GetRequiredService<ILedgerFeed>().FlushAsync();

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
