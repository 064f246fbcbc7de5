using BudgetFirewall;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

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
        return Use(app, options);
    }

    /// <summary>
    /// Does the same with options that are read from a section of the configuration, and so from environment variables too, as <c>BudgetGuard__RefuseRequests=false</c>. They are read once.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <param name="configuration">The section, usually <c>BudgetGuard</c>. Unknown keys are errors, and so is an empty section.</param>
    /// <param name="configure">Changes the options after the section; null: no change.</param>
    /// <returns>The application.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="app"/> or <paramref name="configuration"/> is null.</exception>
    /// <exception cref="OptionsValidationException">The section is not valid; the message has every error, with its path and the value found.</exception>
    /// <exception cref="InvalidOperationException">Every request is to be guarded, and the defaults name no provider.</exception>
    /// <example><code>
    /// app.UseBudgetFirewall(app.Configuration.GetSection("BudgetGuard"));
    /// </code></example>
    public static IApplicationBuilder UseBudgetFirewall(this IApplicationBuilder app, IConfiguration configuration, Action<BudgetGuardOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(configuration);
        var options = new BudgetGuardOptions();
        BudgetGuardReader.Read(configuration, options);
        configure?.Invoke(options);
        return Use(app, options);
    }

    private static IApplicationBuilder Use(IApplicationBuilder app, BudgetGuardOptions options)
    {
        var logger = (app.ApplicationServices.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("BudgetFirewall.AspNetCore");
        var switches = GuardSwitches.Of(options);
        if (!switches.GuardsFully)
            GuardLog.NotFullyOn(logger, switches.IsEnabled, switches.RefuseRequests, switches.ChargeRequests);
        var guarded = new GuardedEndpoints(options, app.ApplicationServices);
        return app.Use(next => new BudgetMiddleware(next, guarded, logger).InvokeAsync);
    }
}
