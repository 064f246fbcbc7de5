using Microsoft.AspNetCore.DataProtection;

namespace BudgetFirewall;

/// <summary>Encrypts the secrets of subscriptions by the data protection of ASP.NET Core.</summary>
internal sealed class DataProtectionSecrets(IDataProtectionProvider provider) : IWebhookSecretProtector
{
    // Another purpose could not read what was written.
    private const string Purpose = "BudgetFirewall.WebhookSecrets.v1";

    private readonly IDataProtector _protector = provider.CreateProtector(Purpose);

    public string Protect(string secret) => _protector.Protect(secret);

    public string Unprotect(string protectedSecret) => _protector.Unprotect(protectedSecret);
}
