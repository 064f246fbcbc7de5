using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The function that makes the store of the firewall of a name; the last one registered counts.</summary>
internal sealed record StoreRegistration(string? Name, Func<BudgetStoreContext, IBudgetStore> MakeStore);

/// <summary>A function that puts a store around that of a firewall.</summary>
/// <param name="Name">The firewall's name; null for the unnamed one.</param>
/// <param name="WrapStore">Makes the outer store.</param>
internal sealed record StoreWrapRegistration(string? Name, Func<IBudgetStore, BudgetStoreContext, IBudgetStore> WrapStore);
