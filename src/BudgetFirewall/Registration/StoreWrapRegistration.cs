using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>A function that puts a store around that of a firewall.</summary>
/// <param name="Name">The firewall's name; null for the unnamed one.</param>
/// <param name="WrapStore">Makes the outer store.</param>
internal sealed record StoreWrapRegistration(string? Name, Func<IBudgetStore, BudgetStoreContext, IBudgetStore> WrapStore);
