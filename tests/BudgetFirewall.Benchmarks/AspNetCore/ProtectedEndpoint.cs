using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BudgetFirewall.Benchmarks.AspNetCore;

/// <summary>One endpoint that does nothing, behind one of the protections, none of which ever refuses.</summary>
internal static class ProtectedEndpoint
{
    private const int Plenty = 1_000_000_000;

    public static ClaimsPrincipal Alice { get; } = new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, "alice")], "benchmark"));

    public static void AddServices(IServiceCollection services, Protection protection)
    {
        services.AddLogging(logging => logging.ClearProviders());
        services.AddRateLimiter(options => options.AddPolicy("user", context => RateLimitPartition.GetTokenBucketLimiter(
            BudgetUserId.OfAuthenticatedUser(context) ?? "",
            _ => new() { TokenLimit = Plenty, TokensPerPeriod = Plenty, ReplenishmentPeriod = TimeSpan.FromSeconds(1) })));
        services.AddBudgetFirewall(options =>
        {
            options.RateLimits.Add(new() { Scope = BudgetScope.Each("user"), Capacity = Plenty, RefillPerSecond = Plenty });
            if (protection != Protection.ThreeBudgetsAndRateLimit)
                return;
            options.Budgets.Add(new() { Scope = BudgetScope.Each("user"), Limit = Plenty });
            options.Budgets.Add(new() { Scope = BudgetScope.Provider("openai"), Limit = Plenty });
            options.Budgets.Add(new() { Scope = BudgetScope.Global, Limit = Plenty, Period = BudgetPeriod.Month });
        });
    }

    public static void Use(IApplicationBuilder app, Protection protection)
    {
        if (protection == Protection.RateLimiter)
            app.UseRateLimiter();
        else if (protection != Protection.Nothing)
            app.UseBudgetFirewall();
    }

    public static object[] Metadata(Protection protection) => protection switch
    {
        Protection.Nothing => [],
        Protection.RateLimiter => [new EnableRateLimitingAttribute("user")],
        _ => [new RequireBudgetAttribute("openai") { Cost = "0.000001" }],
    };

    public static Endpoint Endpoint(Protection protection) => new(_ => Task.CompletedTask, new(Metadata(protection)), "benchmark");
}
