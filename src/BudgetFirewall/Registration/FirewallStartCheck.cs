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

    // A host checks options without awaiting. The store has StoreTimeout to answer, and the pool's thread no context to wait for.
    private void AwaitStore(string? partition)
    {
        var firewall = FirewallServices.Get<IBudgetFirewall>(services, name);
        try
        {
            Task.Run(() => firewall.Budgets.ListAsync(partition).AsTask()).GetAwaiter().GetResult();
        }
        catch (BudgetStoreException e)
        {
            var store = name is null ? "the store" : $"the store of '{name}'";
            throw new BudgetStoreException($"RequireStoreAtStart is set and {store} did not answer: {e.Message}", e);
        }
    }
}
