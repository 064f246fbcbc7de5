using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Where the firewall of a name gets its store; the last one registered counts.</summary>
internal sealed record StoreRegistration(string? Name, Func<BudgetStoreContext, IBudgetStore> MakeStore);
