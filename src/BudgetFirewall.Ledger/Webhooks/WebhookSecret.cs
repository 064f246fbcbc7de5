using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace BudgetFirewall;

/// <summary>
/// The key with which deliveries to a webhook are signed and verified, written as the <a href="https://www.standardwebhooks.com">Standard Webhooks</a> specification has it:
/// <c>whsec_</c> and 24 to 64 bytes in base64. Immutable; thread-safe.
/// </summary>
/// <remarks><see cref="ToString"/> does not show the key, so that it does not end in a log; <see cref="Reveal"/> does.</remarks>
public sealed class WebhookSecret
{
    private const string Prefix = "whsec_";
    private const int LeastBytes = 24;
    private const int MostBytes = 64;
    private const int NewBytes = 32;

    // Longer than 64 bytes in base64.
    private const int LongestText = 128;

    private readonly byte[] _key;

    private WebhookSecret(byte[] key) => _key = key;

    /// <summary>The bytes of the key.</summary>
    internal ReadOnlySpan<byte> Key => _key;

    /// <summary>Makes a secret of 32 random bytes.</summary>
    public static WebhookSecret New() => new(RandomNumberGenerator.GetBytes(NewBytes));

    /// <summary>Reads a secret as <see cref="Reveal"/> writes it.</summary>
    /// <param name="text">The text; <c>whsec_</c> may be left out.</param>
    /// <returns>The secret.</returns>
    /// <exception cref="ArgumentException">The text is no secret of 24 to 64 bytes. The message does not repeat it.</exception>
    public static WebhookSecret Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var secret)
            ? secret
            : throw new ArgumentException($"A webhook's secret is '{Prefix}' and {LeastBytes} to {MostBytes} bytes in base64; this text of {text.Length} characters is not.", nameof(text));
    }

    /// <summary>Reads a secret as <see cref="Reveal"/> writes it.</summary>
    /// <param name="text">The text; <c>whsec_</c> may be left out. Null is no secret.</param>
    /// <param name="secret">The secret; null where the text is none.</param>
    /// <returns>True when the text is a secret of 24 to 64 bytes.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out WebhookSecret? secret)
    {
        secret = null;
        if (text is null || text.Length > LongestText)
            return false;
        var digits = text.StartsWith(Prefix, StringComparison.Ordinal) ? text.AsSpan(Prefix.Length) : text;
        Span<byte> bytes = stackalloc byte[LongestText];
        if (!Convert.TryFromBase64Chars(digits, bytes, out var count) || count is < LeastBytes or > MostBytes)
            return false;
        secret = new(bytes[..count].ToArray());
        return true;
    }

    /// <summary>Gives the secret as text, to be handed to the receiver once: <c>whsec_</c> and the key in base64.</summary>
    public string Reveal() => Prefix + Convert.ToBase64String(_key);

    /// <summary>Gives <c>whsec_…</c>, which does not show the key.</summary>
    public override string ToString() => Prefix + "…";
}
