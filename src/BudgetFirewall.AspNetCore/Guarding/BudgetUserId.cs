using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>Ready-made delegates that find the user who pays, for <see cref="BudgetEndpointOptions.UserId"/>. Thread-safe.</summary>
public static class BudgetUserId
{
    /// <summary>
    /// The authenticated user: the claim <see cref="ClaimTypes.NameIdentifier"/>, else <c>sub</c>, else the name, of an identity that is authenticated;
    /// null for everybody else.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <exception cref="ArgumentNullException"><paramref name="context"/> is null.</exception>
    public static string? OfAuthenticatedUser(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Find(context.User)?.Id;
    }

    /// <summary>Finds the claim or name of the authenticated user, in the order of <see cref="OfAuthenticatedUser"/>.</summary>
    /// <returns>The identity, its claim (null when the identity knows its name without one), and the id; null for everybody else.</returns>
    internal static (ClaimsIdentity Identity, Claim? Claim, string Id)? Find(ClaimsPrincipal user) =>
        FindByClaim(user, ClaimTypes.NameIdentifier) ?? FindByClaim(user, "sub") ?? FindByName(user);

    /// <summary>A claim of the authenticated user; null when there is no such user or claim.</summary>
    /// <param name="claimType">The claim's type.</param>
    /// <exception cref="ArgumentException"><paramref name="claimType"/> is null or empty.</exception>
    public static Func<HttpContext, string?> FromClaim(string claimType)
    {
        ArgumentException.ThrowIfNullOrEmpty(claimType);
        return context => FindByClaim(context.User, claimType)?.Id;
    }

    /// <summary>
    /// Reads the user from a request header. Anybody can write it: use it only behind a gateway that sets it and removes the one that a client sends.
    /// Null when it is missing or empty; several values are one id, joined by commas.
    /// </summary>
    /// <param name="headerName">The header's name.</param>
    /// <exception cref="ArgumentException"><paramref name="headerName"/> is null or empty.</exception>
    public static Func<HttpContext, string?> FromHeader(string headerName)
    {
        ArgumentException.ThrowIfNullOrEmpty(headerName);
        return context => context.Request.Headers[headerName].ToString() is { Length: > 0 } value ? value : null;
    }

    // A principal may have several identities, and somebody who is not authenticated may claim anything.
    internal static (ClaimsIdentity Identity, Claim? Claim, string Id)? FindByClaim(ClaimsPrincipal user, string type)
    {
        foreach (var identity in user.Identities)
        {
            if (identity.IsAuthenticated && identity.FindFirst(type) is { Value: { Length: > 0 } value } claim)
                return (identity, claim, value);
        }
        return null;
    }

    private static (ClaimsIdentity Identity, Claim? Claim, string Id)? FindByName(ClaimsPrincipal user)
    {
        foreach (var identity in user.Identities)
        {
            if (identity is { IsAuthenticated: true, Name: { Length: > 0 } name })
                return (identity, identity.FindFirst(identity.NameClaimType), name);
        }
        return null;
    }
}
