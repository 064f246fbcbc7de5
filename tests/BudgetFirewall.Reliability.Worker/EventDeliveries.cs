using System.Net;

namespace BudgetFirewall.Reliability;

/// <summary>A process that delivers events to receivers on this machine.</summary>
public static class EventDeliveries
{
    /// <summary>Says "ready" and delivers until its input ends.</summary>
    /// <param name="database">The ledger's database, as <see cref="LedgerJob.Open"/> takes it.</param>
    /// <param name="atOnce">The number of subscriptions that it delivers to at a time.</param>
    public static async Task<int> RunAsync(string database, int atOnce)
    {
        await using var ledger = LedgerJob.Open(database);
        await using var events = LedgerEvents.Open(ledger, options =>
        {
            options.Webhooks.AllowedNetworks.Add(IPNetwork.Parse("127.0.0.0/8"));
            options.Webhooks.Timeout = TimeSpan.FromSeconds(1);
            options.PollEvery = TimeSpan.FromMilliseconds(100);
            options.DeliveriesAtOnce = atOnce;
        });
        Console.WriteLine("ready");
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
