using Microsoft.Extensions.Options;

namespace BudgetFirewall;

/// <summary>Makes a firewall when its host starts, so that budgets are looked at before anybody asks for one.</summary>
internal sealed class AlertStartCheck(string? name, IServiceProvider services) : IValidateOptions<AlertStart>
{
    public ValidateOptionsResult Validate(string? optionsName, AlertStart options)
    {
        if (optionsName != (name ?? Options.DefaultName))
            return ValidateOptionsResult.Skip;
        try
        {
            _ = FirewallServices.Get<IBudgetFirewall>(services, name);
        }
        catch (OptionsValidationException)
        {
            // The firewall's own check tells of its options; said twice, it would be two failures of one start.
        }
        return ValidateOptionsResult.Success;
    }
}
