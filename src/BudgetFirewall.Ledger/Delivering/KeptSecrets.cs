using System.Security.Cryptography;

namespace BudgetFirewall;

/// <summary>Secrets as the database has them: encrypted behind <c>protected:</c> where there is a protector, otherwise as they are.</summary>
internal sealed class KeptSecrets(IWebhookSecretProtector? protector)
{
    private const string Mark = "protected:";

    public string Keep(WebhookSecret secret) => protector is null ? secret.Reveal() : Mark + protector.Protect(secret.Reveal());

    /// <exception cref="CryptographicException">It cannot be decrypted, or there is nothing to decrypt it with.</exception>
    public WebhookSecret Read(string kept)
    {
        if (!kept.StartsWith(Mark, StringComparison.Ordinal))
            return WebhookSecret.Parse(kept);
        return WebhookSecret.Parse(protector is null
            ? throw new CryptographicException("The secret is encrypted, and this process has nothing to decrypt it with: LedgerEventOptions.SecretProtector.")
            : protector.Unprotect(kept[Mark.Length..]));
    }
}
