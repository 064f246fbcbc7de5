using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Believes the header Test-User, with roles after a colon, and the header Test-Claims, which are type=value with commas between. For tests of what comes after authentication.</summary>
internal sealed class HeaderUserHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public static void AddTo(WebApplicationBuilder builder)
    {
        builder.Services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, HeaderUserHandler>("test", null);
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy("callers", policy => policy.RequireRole("caller"))
            .AddPolicy("readers", policy => policy.RequireRole("reader"))
            .AddPolicy("admins", policy => policy.RequireRole("admin"));
    }

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Headers["Test-Claims"].ToString() is { Length: > 0 } text)
            return Task.FromResult(Success([.. text.Split(',').Select(claim => claim.Split('=')).Select(claim => new Claim(claim[0], claim[1]))]));
        var parts = Request.Headers["Test-User"].ToString().Split(':', 2);
        if (parts[0].Length == 0)
            return Task.FromResult(AuthenticateResult.NoResult());
        List<Claim> claims = [new(ClaimTypes.NameIdentifier, parts[0])];
        if (parts.Length > 1)
            claims.Add(new(ClaimTypes.Role, parts[1]));
        return Task.FromResult(Success(claims));
    }

    private static AuthenticateResult Success(List<Claim> claims) => AuthenticateResult.Success(new(new(new ClaimsIdentity(claims, "test")), "test"));
}
