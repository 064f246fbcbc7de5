using System.Buffers.Binary;
using System.Security.Cryptography;

namespace BudgetFirewall.Receipts;

/// <summary>A public key by which signatures of notes are verified: ECDSA on the curve P-256, with SHA-256. Immutable and thread-safe; compares by the key.</summary>
/// <example><code>
/// var key = ReceiptKey.FromPem(File.ReadAllText("ledger-key.pub.pem"));
/// </code></example>
public sealed class ReceiptKey : IEquatable<ReceiptKey>
{
    private const string CurveP256 = "1.2.840.10045.3.1.7";

    private readonly byte[] _info;

    private ReceiptKey(ECDsa key)
    {
        if (key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value != CurveP256)
            throw new CryptographicException("The key is not one of the curve P-256.");
        _info = key.ExportSubjectPublicKeyInfo();
        Id = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(_info));
    }

    /// <summary>The number by which a note names the key: the first four bytes of the SHA-256 of <see cref="SubjectPublicKeyInfo"/>.</summary>
    public uint Id { get; }

    /// <summary>The key in DER, as X.509 has it.</summary>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo => _info;

    /// <summary>Reads a key in PEM: <c>BEGIN PUBLIC KEY</c>.</summary>
    /// <param name="pem">The text.</param>
    /// <exception cref="ArgumentException">The text has no key.</exception>
    /// <exception cref="CryptographicException">The key is of another kind.</exception>
    public static ReceiptKey FromPem(string pem)
    {
        ArgumentNullException.ThrowIfNull(pem);
        using var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return new(key);
    }

    /// <summary>Reads a key in DER.</summary>
    /// <param name="info">The bytes of a SubjectPublicKeyInfo, and nothing else.</param>
    /// <exception cref="CryptographicException">The bytes are no such key.</exception>
    public static ReceiptKey FromSubjectPublicKeyInfo(ReadOnlySpan<byte> info)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(info, out var read);
        return read == info.Length ? new(key) : throw new CryptographicException("Something follows the key.");
    }

    /// <summary>The public key of a key.</summary>
    /// <param name="key">The key.</param>
    /// <exception cref="CryptographicException">The key is of another curve.</exception>
    public static ReceiptKey Of(ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new(key);
    }

    /// <summary>The key in PEM.</summary>
    public string ToPem() => PemEncoding.WriteString("PUBLIC KEY", _info);

    /// <summary>Verifies a signature.</summary>
    /// <param name="data">The bytes that were signed.</param>
    /// <param name="signature">The signature in DER: a sequence of the numbers r and s.</param>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(_info, out _);
        return key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <inheritdoc/>
    public bool Equals(ReceiptKey? other) => other is not null && _info.AsSpan().SequenceEqual(other._info);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ReceiptKey);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)(Id & int.MaxValue);
}
