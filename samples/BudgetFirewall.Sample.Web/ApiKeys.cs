using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace BudgetFirewall.Sample.Web;

/// <summary>
/// Bearer keys from the configuration: <c>ApiKeys__alice=user:some-secret</c> makes whoever sends it the user alice.
/// Roles are user, service and admin. <c>ApiKeys__nightly=service/batch:some-secret</c> may also name the priority batch. Real applications have an identity provider here.
/// </summary>
internal sealed class ApiKeys(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, IConfiguration configuration)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private const string SchemeName = "ApiKey";

    public static void AddTo(WebApplicationBuilder builder)
    {
        builder.Services.AddAuthentication(SchemeName).AddScheme<AuthenticationSchemeOptions, ApiKeys>(SchemeName, null);
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy("user", policy => policy.RequireRole("user"))
            .AddPolicy("service", policy => policy.RequireRole("service", "admin"))
            .AddPolicy("admin", policy => policy.RequireRole("admin"));
    }

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        const string bearer = "Bearer ";
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(bearer, StringComparison.OrdinalIgnoreCase))
            return Task.FromResult(AuthenticateResult.NoResult());
        var sent = Encoding.UTF8.GetBytes(header[bearer.Length..]);
        foreach (var entry in configuration.GetSection("ApiKeys").GetChildren())
        {
            var (role, key) = entry.Value?.Split(':', 2) is [var first, var second] ? (first, second) : ("", "");
            if (key.Length > 0 && CryptographicOperations.FixedTimeEquals(sent, Encoding.UTF8.GetBytes(key)))
                return Task.FromResult(AuthenticateResult.Success(Ticket(entry.Key, role)));
        }
        return Task.FromResult(AuthenticateResult.Fail("Unknown key."));
    }

    private static AuthenticationTicket Ticket(string name, string role)
    {
        var parts = role.Split('/');
        Claim[] claims = [new(ClaimTypes.NameIdentifier, name), new(ClaimTypes.Role, parts[0]), .. parts[1..].Select(priority => new Claim(BudgetServiceOptions.PriorityClaim, priority))];
        return new(new(new ClaimsIdentity(claims, SchemeName)), SchemeName);
    }
}
