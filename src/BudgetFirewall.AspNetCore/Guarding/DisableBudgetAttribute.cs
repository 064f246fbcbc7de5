namespace BudgetFirewall;

/// <summary>
/// Keeps an endpoint from being guarded, whatever its groups, its controller, or <see cref="BudgetGuardOptions.GuardEveryRequest"/> ask for.
/// As with the attributes of ASP.NET Core that switch something off, it wins wherever it stands.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class DisableBudgetAttribute : Attribute;
