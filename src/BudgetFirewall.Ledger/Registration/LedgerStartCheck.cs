using Microsoft.Extensions.Options;

namespace BudgetFirewall;

/// <summary>Makes a firewall when its host starts, which fails where its ledger does not record its store or cannot be read, and waits until what the last process has left is restored.</summary>
internal sealed class LedgerStartCheck(string? name, IServiceProvider services) : IValidateOptions<LedgerStart>
{
    public ValidateOptionsResult Validate(string? optionsName, LedgerStart options)
    {
        if (optionsName != (name ?? Options.DefaultName))
            return ValidateOptionsResult.Skip;
        try
        {
            _ = LedgerServiceBuilderExtensions.Get<IBudgetFirewall>(services, name);
            LedgerServiceBuilderExtensions.Get<LedgerFeeds>(services, name).RestoreAsync().GetAwaiter().GetResult();
            // It runs by itself from now on, if that is wanted.
            _ = LedgerServiceBuilderExtensions.Get<ILedgerReconciliation>(services, name);
        }
        catch (OptionsValidationException)
        {
            // The firewall's own check tells of its options; said twice, it would be two failures of one start.
        }
        return ValidateOptionsResult.Success;
    }
}
