namespace BudgetFirewall;

/// <summary>Encrypts the secrets of subscriptions, so that whoever reads the database cannot sign in the application's name. Thread-safe.</summary>
public interface IWebhookSecretProtector
{
    /// <summary>Encrypts a secret.</summary>
    /// <param name="secret">The secret as text.</param>
    string Protect(string secret);

    /// <summary>Decrypts what <see cref="Protect"/> has given.</summary>
    /// <param name="protectedSecret">The encrypted text.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It cannot be decrypted: the key is gone, or another one.</exception>
    string Unprotect(string protectedSecret);
}
