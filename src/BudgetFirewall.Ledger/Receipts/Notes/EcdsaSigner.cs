using System.Security.Cryptography;

namespace BudgetFirewall.Receipts;

/// <summary>A signer with a private key in memory: ECDSA on the curve P-256. Thread-safe.</summary>
/// <example><code>
/// // openssl ecparam -name prime256v1 -genkey -noout -out ledger-key.pem
/// var signer = EcdsaSigner.FromPem(File.ReadAllText("ledger-key.pem"));
/// </code></example>
public sealed class EcdsaSigner : ISigner, IDisposable
{
    private readonly ECDsa _key;
    private readonly Lock _lock = new();

    private EcdsaSigner(ECDsa key)
    {
        _key = key;
        try
        {
            Key = ReceiptKey.Of(key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ReceiptKey Key { get; }

    /// <summary>A signer with the private key of a text in PEM: <c>BEGIN PRIVATE KEY</c> or <c>BEGIN EC PRIVATE KEY</c>.</summary>
    /// <param name="pem">The text.</param>
    /// <exception cref="ArgumentException">The text has no key.</exception>
    /// <exception cref="CryptographicException">The key is of another kind.</exception>
    public static EcdsaSigner FromPem(string pem)
    {
        ArgumentNullException.ThrowIfNull(pem);
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
        }
        catch
        {
            key.Dispose();
            throw;
        }
        return new(key);
    }

    /// <summary>A signer with a new key.</summary>
    public static EcdsaSigner Generate() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>The private key in PEM, to be kept where nobody else reads it.</summary>
    /// <exception cref="CryptographicException">There is a public key only.</exception>
    public string ExportPem()
    {
        lock (_lock)
            return _key.ExportPkcs8PrivateKeyPem();
    }

    /// <inheritdoc/>
    /// <exception cref="CryptographicException">There is a public key only.</exception>
    public ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default)
    {
        lock (_lock)
            return new(_key.SignData(data.Span, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
