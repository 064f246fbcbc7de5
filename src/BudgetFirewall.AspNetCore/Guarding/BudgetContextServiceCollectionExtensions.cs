using BudgetFirewall;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Makes the budget of the present request injectable.</summary>
public static class BudgetContextServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="IBudgetContext"/> as a scoped service, for controllers and the services they use; route handlers take it as a parameter without this.
    /// Resolving it outside a guarded request is an <see cref="InvalidOperationException"/>.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    public static IServiceCollection AddBudgetContext(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddHttpContextAccessor();
        services.TryAddScoped(provider => BudgetContext.Of(provider.GetRequiredService<IHttpContextAccessor>().HttpContext));
        return services;
    }
}
