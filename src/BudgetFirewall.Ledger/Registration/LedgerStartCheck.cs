using Microsoft.Extensions.Options;

namespace BudgetFirewall;

/// <summary>Makes a firewall when its host starts, which fails where its ledger does not record its store.</summary>
internal sealed class LedgerStartCheck(string? name, IServiceProvider services) : IValidateOptions<LedgerStart>
{
    public ValidateOptionsResult Validate(string? optionsName, LedgerStart options)
    {
        if (optionsName != (name ?? Options.DefaultName))
            return ValidateOptionsResult.Skip;
        _ = LedgerServiceBuilderExtensions.Get<IBudgetFirewall>(services, name);
        return ValidateOptionsResult.Success;
    }
}
