using BudgetFirewall;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Puts a budget firewall in front of an application.</summary>
public static class BudgetFirewallApplicationBuilderExtensions
{
    /// <summary>
    /// Reserves budget before each guarded endpoint and charges it afterwards. Belongs after routing, authentication and authorization,
    /// and before the endpoints: a request that those refuse costs nothing.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <param name="configure">
    /// Changes the defaults of guarded endpoints and the choice of guarded requests; null: only endpoints that ask for it are guarded.
    /// </param>
    /// <returns>The application.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="app"/> is null.</exception>
    /// <exception cref="InvalidOperationException">Every request is to be guarded, and the defaults name no provider.</exception>
    /// <example><code>
    /// app.UseAuthentication();
    /// app.UseAuthorization();
    /// app.UseBudgetFirewall();
    /// app.MapPost("/api/chat", ChatAsync).RequireBudget("openai");
    /// </code></example>
    public static IApplicationBuilder UseBudgetFirewall(this IApplicationBuilder app, Action<BudgetGuardOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        var options = new BudgetGuardOptions();
        configure?.Invoke(options);
        var logger = (app.ApplicationServices.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("BudgetFirewall.AspNetCore");
        var guarded = new GuardedEndpoints(options, app.ApplicationServices);
        return app.Use(next => new BudgetMiddleware(next, guarded, logger).InvokeAsync);
    }
}
