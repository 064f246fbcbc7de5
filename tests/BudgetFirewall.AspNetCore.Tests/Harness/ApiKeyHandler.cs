using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>The handler of docs/http-service.md.</summary>
internal sealed class ApiKeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, IConfiguration configuration)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return Task.FromResult(AuthenticateResult.NoResult());
        var sent = Encoding.UTF8.GetBytes(header["Bearer ".Length..]);
        foreach (var entry in configuration.GetSection("ApiKeys").GetChildren())
        {
            if (entry.Value?.Split(':', 2) is not [var role, { Length: > 0 } key] || !CryptographicOperations.FixedTimeEquals(sent, Encoding.UTF8.GetBytes(key)))
                continue;
            var identity = new ClaimsIdentity([new(ClaimTypes.NameIdentifier, entry.Key), new(ClaimTypes.Role, role)], Scheme.Name);
            return Task.FromResult(AuthenticateResult.Success(new(new(identity), Scheme.Name)));
        }
        return Task.FromResult(AuthenticateResult.Fail("Unknown key."));
    }
}
