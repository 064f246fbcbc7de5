using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall;

/// <summary>Finds the firewall of a name.</summary>
internal static class FirewallServiceLookup
{
    public static IBudgetFirewall Find(IServiceProvider services, string? name) =>
        (string.IsNullOrEmpty(name) ? services.GetService<IBudgetFirewall>() : services.GetKeyedService<IBudgetFirewall>(name))
            ?? throw new InvalidOperationException(string.IsNullOrEmpty(name)
                ? "There is no IBudgetFirewall: call services.AddBudgetFirewall()."
                : $"There is no IBudgetFirewall named '{name}': call services.AddBudgetFirewall(…, name: \"{name}\").");
}
