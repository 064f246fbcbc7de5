using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>Fails an endpoint that asks to be guarded and is reached unguarded: a forgotten middleware must not mean free calls.</summary>
internal static class UnguardedCheck
{
    public static void Check(HttpContext context)
    {
        if (context.Features.Get<IBudgetContext>() is not null || context.GetEndpoint()?.Metadata.GetMetadata<DisableBudgetAttribute>() is not null)
            return;
        throw new InvalidOperationException(
            $"The endpoint '{context.GetEndpoint()?.DisplayName}' requires a budget, and no budget was reserved for it. "
            + "Call app.UseBudgetFirewall() after app.UseRouting() and app.UseAuthentication(), and before the endpoints are run.");
    }
}
