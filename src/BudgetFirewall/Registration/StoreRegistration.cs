using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The function that makes the store of the firewall of a name; the last one registered counts.</summary>
internal sealed record StoreRegistration(string? Name, Func<BudgetStoreContext, IBudgetStore> MakeStore);
