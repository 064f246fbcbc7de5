using BudgetFirewall.Storage;
using Microsoft.Extensions.Options;

namespace BudgetFirewall;

/// <summary>Checks a firewall when its host starts: its options always, its store where the options require that.</summary>
internal sealed class FirewallStartCheck(string? name, IServiceProvider services) : IValidateOptions<FirewallStart>
{
    // Every partition has a catalog; that of any id tells whether the store answers.
    private const string AnyPartition = "start";

    public ValidateOptionsResult Validate(string? optionsName, FirewallStart options)
    {
        if (optionsName != (name ?? Options.DefaultName))
            return ValidateOptionsResult.Skip;
        var settings = FirewallServices.Get<SettingsSource>(services, name).Current;
        if (settings.RequireStoreAtStart)
            AwaitStore(settings.PartitionBy is null ? null : AnyPartition);
        return ValidateOptionsResult.Success;
    }

    // A host checks options without awaiting, and the pool's thread has no context to wait for.
    private void AwaitStore(string? partition)
    {
        var firewall = FirewallServices.Get<IBudgetFirewall>(services, name);
        try
        {
            Task.Run(() => AskAsync(firewall, partition)).GetAwaiter().GetResult();
        }
        catch (BudgetStoreException e)
        {
            var store = name is null ? "the store" : $"the store of '{name}'";
            throw new BudgetStoreException($"RequireStoreAtStart is set and {store} did not answer: {e.Message}", e);
        }
    }

    // The first call of a process compiles the store's client and connects, which may take longer than StoreTimeout where the processor is shared; the second does not.
    private static async Task AskAsync(IBudgetFirewall firewall, string? partition)
    {
        try
        {
            await firewall.Budgets.ListAsync(partition).ConfigureAwait(false);
        }
        catch (BudgetStoreException e) when (!e.IsNeverAllowed)
        {
            await firewall.Budgets.ListAsync(partition).ConfigureAwait(false);
        }
    }
}
