using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>Who calls the service, as far as operations and reservations are kept apart by it.</summary>
internal static class ServiceCaller
{
    private const string Anonymous = "anonymous";

    /// <summary>The scope of the caller's operations; null where they are nobody's, or everybody's.</summary>
    public static string? ScopeOf(HttpContext context, BudgetServiceOptions options)
    {
        if (!options.IsolateCallers)
            return null;
        return options.CallerScope is { } scope ? scope(context) : DigestOf(context.User);
    }

    /// <summary>By what the caller's open reservations are counted, also where callers share them.</summary>
    public static string NameOf(HttpContext context, BudgetServiceOptions options) =>
        options.CallerScope is { } scope ? scope(context) ?? "" : DigestOf(context.User);

    /// <summary>The request as the caller's own.</summary>
    public static BudgetRequest Owned(HttpContext context, BudgetServiceOptions options, BudgetRequest request) =>
        ScopeOf(context, options) is { } scope ? request with { OperationScope = scope } : request;

    /// <summary>False when the reservation is another caller's. What is no reservation's id is left to the firewall to refuse.</summary>
    public static bool Owns(HttpContext context, BudgetServiceOptions options, string reservationId) =>
        !options.IsolateCallers || !ReservationIdentity.TryParse(reservationId, out var identity) || identity.OperationScope == ScopeOf(context, options);

    /// <summary>True for a caller who is not authenticated.</summary>
    public static bool IsAnonymous(HttpContext context) => !context.User.Identities.Any(identity => identity.IsAuthenticated);

    // A digest, because the scope is a part of ids and keys, where names of people have no place. Each part with its length, so that none runs into the next.
    private static string DigestOf(ClaimsPrincipal user)
    {
        var named = BudgetUserId.Find(user);
        if ((named?.Identity ?? user.Identities.FirstOrDefault(identity => identity.IsAuthenticated)) is not { } identity)
            return Anonymous;
        var parts = new StringBuilder();
        foreach (var part in new[] { identity.AuthenticationType ?? "", named?.Claim?.Issuer ?? "", named?.Claim?.Type ?? "", named?.Id ?? "" })
            parts.Append(part.Length).Append(':').Append(part);
        return "caller-" + Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(parts.ToString())).AsSpan(0, 16));
    }
}
