using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall;

/// <summary>Finds the firewall of a name, and what belongs to it.</summary>
internal static class FirewallServiceLookup
{
    /// <summary>The firewall of a name; without one, the firewall without a name.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static IBudgetFirewall Find(IServiceProvider services, string? name) =>
        FindService<IBudgetFirewall>(services, name)
            ?? throw new InvalidOperationException(string.IsNullOrEmpty(name)
                ? "There is no IBudgetFirewall: call services.AddBudgetFirewall()."
                : $"There is no IBudgetFirewall named '{name}': call services.AddBudgetFirewall(…, name: \"{name}\").");

    /// <summary>A service of the firewall of a name; null when there is none.</summary>
    public static T? FindService<T>(IServiceProvider services, string? name) where T : class =>
        string.IsNullOrEmpty(name) ? services.GetService<T>() : services.GetKeyedService<T>(name);
}
