using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>The priorities that callers of the service may name.</summary>
internal static class RequestPriority
{
    /// <summary>The request with the priority that it is decided with: the one that it names, or the service's default.</summary>
    /// <exception cref="RefusedPriorityException">The caller may not name it.</exception>
    public static BudgetRequest Granted(HttpContext context, BudgetServiceOptions options, BudgetRequest request)
    {
        if (request.Priority is not { } priority)
            return options.DefaultPriority is { } usual ? request with { Priority = usual } : request;
        return priority == options.DefaultPriority || options.MayUsePriority(context, priority) ? request : throw new RefusedPriorityException(priority);
    }

    /// <summary>True when an authenticated identity of the caller has the claim of a priority.</summary>
    public static bool IsClaimed(HttpContext context, string priority) =>
        context.User.Identities.Any(identity => identity.IsAuthenticated && identity.HasClaim(BudgetServiceOptions.PriorityClaim, priority));
}
