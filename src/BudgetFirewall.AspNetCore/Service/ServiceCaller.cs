using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>Identifies the caller of the service, by whom operations and reservations are kept apart.</summary>
internal static class ServiceCaller
{
    private const string Anonymous = "anonymous";
    private static readonly string[] ClientClaims = ["client_id", "azp", "appid"];

    /// <summary>The scope of the caller's operations; null where they belong to no caller in particular, or all callers share them.</summary>
    public static string? ScopeOf(HttpContext context, BudgetServiceOptions options)
    {
        if (!options.IsolateCallers)
            return null;
        return options.CallerScope is { } scope ? scope(context) : DigestOf(context.User);
    }

    /// <summary>The name under which the caller's open reservations are counted, also where callers share them.</summary>
    public static string NameOf(HttpContext context, BudgetServiceOptions options) =>
        options.CallerScope is { } scope ? scope(context) ?? "" : DigestOf(context.User);

    /// <summary>The name under which what the caller changes is recorded: one for people, or else what tells callers apart; null where nothing does.</summary>
    public static string? RecordedNameOf(HttpContext context, BudgetServiceOptions options) =>
        PersonOf(context) ?? (!IsAnonymous(context) && NameOf(context, options) is { } digest && BudgetScope.IsValidId(digest) ? digest : null);

    /// <summary>The request as the caller's own.</summary>
    public static BudgetRequest Owned(HttpContext context, BudgetServiceOptions options, BudgetRequest request) =>
        ScopeOf(context, options) is { } scope ? request with { OperationScope = scope } : request;

    /// <summary>False when the reservation is another caller's. True for a text that is no id of a reservation: the firewall refuses it.</summary>
    public static bool Owns(HttpContext context, BudgetServiceOptions options, string reservationId) =>
        !options.IsolateCallers || !ReservationIdentity.TryParse(reservationId, out var identity) || identity.OperationScope == ScopeOf(context, options);

    /// <summary>True for a caller who is not authenticated.</summary>
    public static bool IsAnonymous(HttpContext context) => !context.User.Identities.Any(identity => identity.IsAuthenticated);

    /// <summary>The name of the authenticated caller, for people; null where there is none that could be shown.</summary>
    private static string? PersonOf(HttpContext context) => (BudgetUserId.Find(context.User) ?? ClientOf(context.User))?.Id is { } id && BudgetScope.IsValidId(id) ? id : null;

    // A digest, because the scope is a part of ids and keys, where names of people have no place. Each part with its length, so that none runs into the next.
    private static string DigestOf(ClaimsPrincipal user)
    {
        if (!user.Identities.Any(identity => identity.IsAuthenticated))
            return Anonymous;
        var named = BudgetUserId.Find(user) ?? ClientOf(user);
        var text = new StringBuilder();
        // Without a name, everything that is known of the caller has to be the same.
        foreach (var part in named is var (identity, claim, id) ? PartsOf(identity, claim, id) : AllOf(user))
            text.Append(part.Length).Append(':').Append(part);
        return "caller-" + Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));
    }

    private static (ClaimsIdentity Identity, Claim? Claim, string Id)? ClientOf(ClaimsPrincipal user)
    {
        foreach (var type in ClientClaims)
        {
            if (BudgetUserId.FindByClaim(user, type) is { } client)
                return client;
        }
        return null;
    }

    private static string[] PartsOf(ClaimsIdentity identity, Claim? claim, string id) => [identity.AuthenticationType ?? "", claim?.Issuer ?? "", claim?.Type ?? "", id];

    private static IEnumerable<string> AllOf(ClaimsPrincipal user)
    {
        foreach (var identity in user.Identities.Where(identity => identity.IsAuthenticated))
        {
            // The identity stands for itself too, since it may have no claims. The order in which claims come says nothing.
            string[][] all =
            [
                PartsOf(identity, claim: null, id: ""),
                .. identity.Claims.Select(claim => PartsOf(identity, claim, claim.Value)).OrderBy(parts => string.Join('\n', parts), StringComparer.Ordinal),
            ];
            foreach (var part in all.SelectMany(parts => parts))
                yield return part;
        }
    }
}
